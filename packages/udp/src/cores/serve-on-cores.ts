import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Console } from 'node:console';
import { RpcError } from '@rpcudp/core';
import { CoreTable, IdMarks, MARKS_PER_LANE, inspectOption, type CloseOptions } from '@rpcudp/core/endpoint';
import { CORES_MAX } from '../limits.js';
import { edgeOptions, type UdpEndpointOptions } from '../options.js';
import { bindSocket } from '../udp-endpoint.js';
import { CoreLane, type WorkerDeath } from './core-lane.js';
import { CoreThread, type ThreadOptions } from './core-thread.js';
import { Cores } from './cores.js';
import { describeThrown } from './describe-thrown.js';
import { scriptPath, threadOptions } from './script-options.js';
import { Switchboard } from './switchboard.js';

/** What {@link serveOnCores} takes. Everything has a default. */
export interface CoresOptions extends Pick<
  UdpEndpointOptions,
  'host' | 'port' | 'receiveBufferBytes' | 'sendBufferBytes' | 'signal' | 'lookup'
> {
  /** How many workers share the port: from 1 to 128. Default: as many as the machine runs at once. */
  readonly count?: number;
  /** How the threads are started: `argv`, `env`, `execArgv` and `resourceLimits` of Node's `Worker`. Default: as this one was. */
  readonly threads?: ThreadOptions;
  /** Called when a worker has died and another one is to take its place. Default: a line on the console. */
  readonly onDeath?: (death: WorkerDeath) => void;
}

/**
 * Serves one port by several workers: threads, each of which runs a script that binds an endpoint with `bindOnCore()`. This thread
 * owns the port and hands datagrams on, so it should have little else to do. Resolves when all workers serve.
 *
 * A worker that dies is started again. Calls that it had end with `UNAVAILABLE`; none of them runs on another one.
 *
 * ```ts
 * await using cores = await serveOnCores(new URL('./worker.js', import.meta.url), { port: 1234 });
 * ```
 *
 * @param script The file, as a URL or a path; a path that is not absolute begins where the process was started.
 * @throws RpcError `INVALID_ARGUMENT` for an option out of range; `ADDRESS_IN_USE`, `PERMISSION_DENIED` and others as
 * `UdpEndpoint.bind`; `UNAVAILABLE` if a worker ends before it serves: then all are ended.
 */
export async function serveOnCores(script: string | URL, options: CoresOptions = {}): Promise<Cores> {
  const edge = edgeOptions(options);
  const path = scriptPath(script);
  const count = checkCount(options.count ?? availableParallelism());
  const threads = threadOptions(path, options.threads ?? {});
  const socket = await bindSocket(edge);
  const marks = new IdMarks(count * MARKS_PER_LANE, randomBytes(4).readUInt32LE());
  const seed = marks.seed;
  const board = new Switchboard(socket, new CoreTable(marks));
  const { address, reach, buffers } = socket;
  const start = (lane: number, mark: number): CoreThread => {
    const seat = { mark, marks: marks.marks, seed, address, reach, buffers };
    return new CoreThread({ script: path, options: threads, name: `rpcudp ${lane}`, seat, carry: board.carry });
  };
  const died = options.onDeath ?? logDeath;
  const lanes = Array.from({ length: count }, (_, lane) => new CoreLane({ lane, board, start, died }));
  const cores = new Cores({ socket, board, lanes, signal: edge.signal });
  await startAll(cores, lanes);
  return cores;
}

/** @throws RpcError `UNAVAILABLE`; nothing is left then */
async function startAll(cores: Cores, lanes: readonly CoreLane[]): Promise<void> {
  try {
    await Promise.all(lanes.map((lane) => lane.start()));
  } catch (error) {
    const none: CloseOptions = { graceMs: 0 };
    await cores.close(none);
    throw error;
  }
}

/** @throws RpcError `INVALID_ARGUMENT` */
function checkCount(count: unknown): number {
  if (Number.isInteger(count) && (count as number) >= 1 && (count as number) <= CORES_MAX) return count as number;
  throw new RpcError(
    'INVALID_ARGUMENT',
    `count must be a whole number from 1 to ${CORES_MAX}, not ${inspectOption(count)}. Leave it out for as many as there are cores.`,
  );
}

/** Nobody would hear of it otherwise. */
function logDeath({ worker, exitCode, error, restartMs }: WorkerDeath): void {
  const why = error === undefined ? `exit code ${exitCode}` : describeThrown(error);
  new Console(process.stderr).error(`rpcudp: worker ${worker} died, and is started again in ${restartMs} ms: ${why}`);
}
