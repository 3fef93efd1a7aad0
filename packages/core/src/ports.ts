import type { CryptoPort } from './crypto/crypto-port.js';
import type { SharedPort } from './engine/cores/shared-port.js';
import type { EngineOutput, Millis, RandomBytes } from './engine/engine.js';
import type { RpcError } from './errors.js';

/** A datagram to be sent. */
export type Transmit = Extract<EngineOutput, { kind: 'transmit' }>;

/** What the driver needs of the world: a socket, clocks, a timer and chance, or a simulation of them. */
export interface EndpointPorts {
  /** A clock that never goes back. Its zero means nothing. */
  now(): Millis;
  /** Milliseconds since the epoch. */
  wallClock(): Millis;
  random: RandomBytes;
  /** What an endpoint with security needs, loaded before. */
  readonly crypto?: CryptoPort | undefined;
  /** What tells this endpoint from others that may have the same secret, and is the same after a restart. */
  readonly place?: string | undefined;
  /** Calls back once after `delayMs`; gives a function that prevents it. */
  setTimer(delayMs: Millis, callback: () => void): () => void;
  /** Calls back at the end of this turn of the event loop. */
  defer(callback: () => void): void;
  /**
   * Sends a datagram. Must not throw: `failed` is called, later or never, if it cannot go. Only of one that is watched need
   * that be known which the system refuses.
   */
  send(transmit: Transmit, failed: (transmit: Transmit, error: RpcError) => void): void;
  /** Whether every datagram given to `send` has left, so that its memory may be written again. Without it, none ever is. */
  hasSentAll?(): boolean;
  /** Where other endpoints receive at the same port. */
  readonly shared?: SharedPort | undefined;
}
