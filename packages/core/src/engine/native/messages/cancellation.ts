import { writeCancel } from '../../../wire/native/encode-frames.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Item } from '../packets/item.js';

/** Tells the peer that nobody waits for a call any more; closes the hole its number would leave. */
export class Cancellation implements Item {
  readonly number: number;
  readonly bytesMax = 5;
  copies = 0;
  waitsAgain = false;
  wanted = true;

  constructor(number: number) {
    this.number = number;
  }

  write(writer: Writer): void {
    writeCancel(writer, this.number);
  }

  acknowledged(): void {
    this.wanted = false;
  }

  lost(): boolean {
    return this.wanted;
  }
}
