import { RPC_ERROR_CODES } from '../../../errors.js';
import { replyBytesMax, writeCancel, writeFailure } from '../../../wire/native/encode-frames.js';
import { EXECUTED } from '../../engine.js';
import { Notice } from '../packets/notice.js';

const CANCEL_BYTES_MAX = 5;

const GIVEN_UP = {
  code: RPC_ERROR_CODES.indexOf('UNAVAILABLE'),
  executed: EXECUTED.indexOf('yes'),
  details: new Uint8Array(0),
};

/** Tells the peer that nobody waits for a call any more; closes the hole its number would leave. */
export function cancellation(number: number): Notice {
  return new Notice(CANCEL_BYTES_MAX, (writer) => writeCancel(writer, number));
}

/** Tells the peer, should it ever be heard again, that a call with streams of its is over: docs/protocol.md §13.7. */
export function farewell(number: number): Notice {
  return new Notice(replyBytesMax(0), (writer) => writeFailure(writer, { number, ...GIVEN_UP }));
}
