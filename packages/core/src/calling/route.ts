import type { Address } from '../address.js';
import type { NameLookup } from './name-lookup.js';
import type { PulledIterator } from '../stream.js';
import type { CallTarget } from './started-call.js';

/** Where the calls of a channel go, as far as that is known yet. */
export interface Route extends CallTarget {
  /** Undefined as long as the peer's name has none. */
  readonly address: Address | undefined;
  /** What makes an address of the peer's name, if it has one. */
  readonly lookup: NameLookup | undefined;
}

/** What a channel has settled for a call: what was said of it, else of its method, else of the channel. */
export interface RouteOptions {
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly waitForReady: boolean | undefined;
}

/** What a channel has settled for a call that has streams. */
export interface StreamOptions extends RouteOptions {
  /** What is sent after the arguments, if anything is. */
  readonly source: PulledIterator | undefined;
  readonly idleMs: number | undefined;
  readonly totalMs: number | undefined;
}
