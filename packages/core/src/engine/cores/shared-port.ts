import type { Address } from '../../address.js';

/** What an engine is told where others receive at the same port: decision 0042. */
export interface PortShare {
  /** Changes the end of an id that was drawn so that what is addressed by it reaches this engine. */
  markId(id: Uint8Array): void;
  /** Whether another engine takes the strangers: opening packets of nobody who is known here are for that one. */
  readonly retired: boolean;
}

/** What an endpoint has of a port that others receive at as well. */
export interface SharedPort extends PortShare {
  /** Takes a datagram of somebody who is not known here to who takes strangers. */
  handOn(datagram: Uint8Array, from: Address): void;
}
