import { RPC_ERROR_CODES } from '../../../errors.js';
import { END_DONE, type EndFrame } from '../../../wire/native/frame-types.js';
import type { EndFailure } from '../../engine.js';

/** How the caller's items end. */
export type ItemsEnding = EndFailure | 'done';

const NO_DETAILS = new Uint8Array(0);

/** What an END says of it. @param detailsBytesMax More details are left out. */
export function endOf(ending: ItemsEnding, detailsBytesMax: number): Pick<EndFrame, 'code' | 'value'> {
  if (ending === 'done') return { code: END_DONE, value: NO_DETAILS };
  const { code, payload = NO_DETAILS } = ending;
  return { code: RPC_ERROR_CODES.indexOf(code), value: payload.length <= detailsBytesMax ? payload : NO_DETAILS };
}

/** The same the other way round. */
export function failureOf({ code, value }: EndFrame): EndFailure | undefined {
  if (code === END_DONE) return undefined;
  return { code: RPC_ERROR_CODES[code] ?? 'UNKNOWN', payload: value.length === 0 ? undefined : value };
}
