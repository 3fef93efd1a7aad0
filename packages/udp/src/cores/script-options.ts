import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RpcError } from '@rpcudp/core';
import { inspectOption } from '@rpcudp/core/endpoint';
import type { ThreadOptions } from './core-thread.js';

/** Where ts-node leaves what it was told, in the thread that it compiles for. */
const TS_NODE = Symbol.for('ts-node.register.instance');

/** What is known of ts-node. */
interface TsNode {
  readonly options?: { readonly transpileOnly?: boolean };
}

/** The file that workers run, as a path. @throws RpcError `INVALID_ARGUMENT` */
export function scriptPath(script: unknown): string {
  if (script instanceof URL && script.protocol === 'file:') return fileURLToPath(script);
  if (typeof script === 'string' && script !== '' && !script.includes('://'))
    return isAbsolute(script) ? script : resolve(script);
  if (typeof script === 'string' && script.startsWith('file://')) return fileURLToPath(script);
  throw new RpcError(
    'INVALID_ARGUMENT',
    `script must be the file that each worker runs, not ${inspectOption(script)}: new URL('./worker.js', import.meta.url), or ` +
      "require.resolve('./worker') in CommonJS.",
  );
}

/**
 * With what Node starts the thread. Workers inherit the options of the command line, and with them `tsx` and `node -r
 * ts-node/register`. The command `ts-node` compiles for its own thread alone, so a worker is told as well.
 */
export function threadOptions(path: string, given: ThreadOptions): ThreadOptions {
  const tsNode = (process as unknown as Readonly<Record<symbol, TsNode | undefined>>)[TS_NODE];
  if (given.execArgv !== undefined || tsNode === undefined || !/\.[cm]?tsx?$/.test(path)) return given;
  const register = tsNode.options?.transpileOnly === true ? 'ts-node/register/transpile-only' : 'ts-node/register';
  return { ...given, execArgv: ['-r', register] };
}
