import { RPC_ERROR_CODES } from '../../../errors.js';
import { replyBytesMax, writeFailure } from '../../../wire/native/encode-frames.js';
import type { Writer } from '../../../wire/native/writer.js';
import { EXECUTED } from '../../engine.js';
import type { Item } from '../packets/item.js';

const FAILURE = {
  code: RPC_ERROR_CODES.indexOf('UNAVAILABLE'),
  executed: EXECUTED.indexOf('yes'),
  details: new Uint8Array(0),
};

/** Tells the peer, should it ever be heard again, that a call with streams of its is over: docs/protocol.md §13.7. */
export class Farewell implements Item {
  readonly number: number;
  readonly bytesMax = replyBytesMax(0);
  copies = 0;
  waitsAgain = false;
  wanted = true;

  constructor(number: number) {
    this.number = number;
  }

  write(writer: Writer): void {
    writeFailure(writer, { number: this.number, ...FAILURE });
  }

  acknowledged(): void {
    this.wanted = false;
  }

  lost(): boolean {
    return this.wanted;
  }
}
