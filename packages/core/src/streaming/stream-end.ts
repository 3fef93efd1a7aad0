import type { EndFailure, StreamOutput } from '../engine/engine.js';

/** What the driver tells one end of a call with streams, whichever end that is. */
export interface StreamEnd {
  /** An item has come: a view into a datagram. */
  item(index: number, payload: Uint8Array): void;

  /** The caller has sent all its items, or with `failure` cannot go on. */
  itemsEnded(failure: EndFailure | undefined): void;

  /** The engine wants one item. */
  writable(): void;

  /** The other side wants no more items. */
  stopped(): void;
}

/** Something has come of the items of a call. Whoever refused the call of a peer wants none. */
export function tellStream(output: StreamOutput): void {
  const end = output.stream.handling as StreamEnd | undefined;
  switch (output.kind) {
    case 'item':
      return end?.item(output.index, output.payload);
    case 'items-ended':
      return end?.itemsEnded(output.failure);
    case 'writable':
      return end?.writable();
    case 'stopped':
      return end?.stopped();
  }
}
