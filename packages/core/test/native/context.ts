import { hmacSha256 } from '../../src/endpoint/hmac';
import { Reader } from '../../src/wire/native/reader';
import { decodeFrames, type Frame } from '../../src/wire/native/frames';
import { Writer } from '../../src/wire/native/writer';
import type { EngineOutput, OutgoingCall, RandomBytes } from '../../src/engine/engine';
import type { AssociationContext } from '../../src/engine/native/associations/association-context';
import type { OutgoingNativeCall } from '../../src/engine/native/messages/outgoing-call';
import type { PartsRoom } from '../../src/engine/native/messages/reassembly';
import type { Item } from '../../src/engine/native/packets/item';
import { Standing } from '../../src/engine/native/admission/standing';
import { Streams } from '../../src/engine/native/streams/streams';
import type { SendQueue } from '../../src/engine/native/packets/send-queue';
import { makeContext, type NativeEngineOptions } from '../../src/engine/native/native-options';
import { DeadlineHeap } from '../../src/engine/tables/deadline-heap';
import { Fifo } from '../../src/engine/tables/fifo';

/** What the engines of the tests are told, where a test does not mind. */
export const ENGINE_OPTIONS: NativeEngineOptions = {
  runningHandlersMax: 100,
  datagramBytes: 1200,
  messageBytesMax: 1 << 20,
  reassemblyBytesMax: 1 << 26,
  mac: hmacSha256,
};

/** What the parts of an engine share, for those that are tested by themselves. Random bytes are zero unless told. */
export function testContext(
  options: Partial<NativeEngineOptions> = {},
  random: RandomBytes = (length) => new Uint8Array(length),
): AssociationContext<OutgoingCall> {
  return makeContext<OutgoingCall>({ ...ENGINE_OPTIONS, ...options }, random, {
    outputs: new Fifo<EngineOutput>(),
    callDeadlines: new DeadlineHeap<OutgoingNativeCall<OutgoingCall>>(),
    timers: new DeadlineHeap(),
    touch: () => undefined,
    answered: () => undefined,
  });
}

/** What may be held of messages of which parts are missing, by whoever. */
export function partsRoom(bytesMax: number): PartsRoom & { bytes: number } {
  return {
    bytes: 0,
    mayHold(bytes) {
      return this.bytes + bytes <= bytesMax;
    },
    holds(bytes) {
      this.bytes += bytes;
    },
    spareMemory: () => undefined,
  };
}

/** What an association has for its streams, where there are none. */
export function noStreams(context: AssociationContext<OutgoingCall>, queue: SendQueue): Streams {
  const owner = { standing: new Standing('dialled'), touch: () => undefined };
  return new Streams(context, { queue, owner, room: partsRoom(1 << 20) });
}

/** A call as its caller hands it to an engine. */
export function outgoingCall(changes: Partial<OutgoingCall> = {}): OutgoingCall {
  return {
    to: { host: '10.0.0.1', port: 1 },
    method: { key: 7, bytes: new Uint8Array(0) },
    args: Uint8Array.of(0x90),
    delivery: 'at-most-once',
    oneWay: false,
    metadata: undefined,
    deadline: 5000,
    ...changes,
  };
}

/** Takes out everything that a queue of outputs holds. */
export function drain(outputs: Fifo<EngineOutput>): EngineOutput[] {
  const all: EngineOutput[] = [];
  for (let output = outputs.shift(); output !== undefined; output = outputs.shift()) all.push(output);
  return all;
}

/** Writes everything that waits to be sent into one packet; gives what was written, and its frames. */
export function writeQueue(queue: SendQueue): { items: Item[]; frames: Frame[] } {
  const room = 1 << 20;
  const writer = new Writer(room, 1);
  writer.begin();
  const items: Item[] = [];
  for (let item = queue.take(room, room, 0); item !== undefined; item = queue.take(room, room, 0)) {
    item.write(writer, 0);
    items.push(item);
  }
  return { items, frames: decodeFrames(new Reader(writer.take())) ?? [] };
}
