import type { Address } from '../../src/address';
import type { CallHandle, CallStream, EngineOutput, IncomingRequest, OutgoingCall } from '../../src/engine/engine';
import { sameBytes, type Side } from './private-network';

const NOTHING = new Uint8Array(0);

/** Gives the items of a stream one by one, and then undefined; `later` if nothing is there for the time being. */
export type Source = (index: number) => Uint8Array | undefined | 'later';

/** What a test sees of one end of a call with streams, and how that end behaves. */
export class StreamEnd {
  readonly received: Uint8Array[] = [];
  readonly indices: number[] = [];
  /** How often its source was pulled. */
  pulled = 0;
  ended: Extract<EngineOutput, { kind: 'items-ended' }> | undefined;
  stopped = false;
  request: IncomingRequest | undefined;
  stream!: CallStream;

  constructor(
    readonly side: Side,
    public source: Source = () => undefined,
    /** Whether it takes what comes. */
    public reads = true,
  ) {}

  /** Takes what has come and was left. */
  readAll(): void {
    if (this.reads) return;
    this.reads = true;
    for (const { length } of this.received) this.side.engine.streams.take(this.stream, 1, length);
  }

  hear(output: EngineOutput): void {
    switch (output.kind) {
      case 'item':
        this.received.push(output.payload.slice());
        this.indices.push(output.index);
        if (this.reads) this.side.engine.streams.take(this.stream, 1, output.payload.length);
        return;
      case 'items-ended':
        this.ended = output;
        return;
      case 'stopped':
        this.stopped = true;
        return;
      case 'writable':
        return this.#pull();
      default: // is no matter of streams
    }
  }

  #pull(): void {
    const { engine } = this.side;
    for (;;) {
      const item = this.source(this.pulled);
      if (item === 'later') return;
      this.pulled += 1;
      if (item === undefined) {
        if (this.request === undefined) engine.streams.endItems(this.stream);
        else engine.respond(this.request, NOTHING);
        return;
      }
      if (!engine.streams.sendItem(this.stream, item)) return;
    }
  }
}

/** Drives the streams of a side as the layers above do: those that it answers by what `served` makes. */
export function driveStreams(side: Side, served: (request: IncomingRequest) => StreamEnd): StreamEnd[] {
  const answered: StreamEnd[] = [];
  const serve = side.serve;
  side.serve = (request) => {
    if (request.stream === undefined) return serve(request);
    const end = served(request);
    end.request = request;
    end.stream = request.stream;
    request.stream.handling = end;
    answered.push(end);
  };
  side.watch = (output) => {
    if ('stream' in output) (output.stream.handling as StreamEnd | undefined)?.hear(output);
  };
  return answered;
}

/** A call with streams that was made. */
export interface MadeStream {
  readonly end: StreamEnd;
  readonly call: OutgoingCall;
  readonly handle: CallHandle;
}

/** Makes a call with streams. */
export function callStream(
  to: Address,
  end: StreamEnd,
  { answers = true, takes = false, ...changes }: Partial<OutgoingCall> & { answers?: boolean; takes?: boolean } = {},
): MadeStream {
  const { side } = end;
  const streams = { answers, takes, arrivesBy: side.world.now + 5000 };
  const call = side.prepare(to, { deadline: Infinity, streams, ...changes });
  const handle = side.engine.call(call, side.world.now);
  end.stream = side.engine.streams.streamOf(handle);
  end.stream.handling = end;
  return { end, call, handle };
}

/** So many items that can be told apart, of so many bytes. */
export function counted(items: number, bytes = 100): (index: number) => Uint8Array | undefined {
  return (index) => (index < items ? countedItem(index, bytes) : undefined);
}

/** Whether that is what `counted` has given, whole and in order. */
export function isCounted(received: readonly Uint8Array[], items: number, bytes = 100): boolean {
  return received.length === items && received.every((item, index) => sameBytes(item, countedItem(index, bytes)));
}

export function countedItem(index: number, bytes = 100): Uint8Array {
  const item = new Uint8Array(bytes).fill(index & 0xff);
  new DataView(item.buffer).setUint32(0, index);
  return item;
}
