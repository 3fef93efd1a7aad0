import { RpcError } from '../../../errors.js';
import type { CallStream, EndFailure, ItemStreams, Millis } from '../../engine.js';
import type { NativeStream } from './native-stream.js';

/** What the layers above do with streams of the native wire. */
export class NativeStreams implements ItemStreams {
  readonly #messageBytesMax: number;

  constructor(messageBytesMax: number) {
    this.#messageBytesMax = messageBytesMax;
  }

  streamOf(handle: unknown): CallStream {
    return (handle as { readonly stream: NativeStream }).stream;
  }

  sendItem(stream: CallStream, payload: Uint8Array): boolean {
    const bytesMax = this.#messageBytesMax;
    if (payload.length > bytesMax) {
      throw new RpcError(
        'PAYLOAD_TOO_LARGE',
        `An item of ${payload.length} bytes is too large: at most ${bytesMax} are allowed. Send less at a time, or bind both ` +
          'endpoints with a larger messageBytesMax.',
        { details: { bytes: payload.length, bytesMax } },
      );
    }
    return (stream as NativeStream).send(payload);
  }

  endItems(stream: CallStream, failure?: EndFailure): void {
    (stream as NativeStream).endItems(failure);
  }

  take(stream: CallStream, items: number, bytes: number): boolean {
    return (stream as NativeStream).take(items, bytes);
  }

  stopItems(stream: CallStream): void {
    (stream as NativeStream).stopItems();
  }

  expectItem(stream: CallStream, by: Millis): void {
    (stream as NativeStream).expect(by);
  }
}
