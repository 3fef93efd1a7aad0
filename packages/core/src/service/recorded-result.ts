import type { StandardSchemaV1 } from '@standard-schema/spec';
import { builtinExpectation, isBuiltin } from './builtin-types.js';
import { REFUSED } from './expectation.js';

/**
 * Results that arrive as something else over the rpcudp wire and from older peers, a small bigint as a number, and a map of
 * strings as an object. A `Buffer` is none of them: clients' types say `Uint8Array`.
 */
const CONVERTED = ['BigInt', 'Map'];

/**
 * What a caller makes of an answer where the compiler recorded what the method returns, if that takes a step. It refuses
 * nothing: some compilers leave out `| null`, and some record what is not so.
 */
export function clientResultOf(recorded: unknown): StandardSchemaV1 | undefined {
  if (!CONVERTED.some((name) => isBuiltin(recorded, name))) return undefined;
  const { accept } = builtinExpectation(recorded as () => unknown)!;
  const validate = (value: unknown): StandardSchemaV1.SuccessResult<unknown> => {
    const accepted = accept(value);
    return { value: accepted === REFUSED ? value : accepted };
  };
  return { '~standard': { version: 1, vendor: 'rpcudp', validate } };
}
