import type { DropReason, PeerStats } from '../engine/engine.js';

/** Counters of one endpoint since it was bound. */
export interface EndpointStats {
  /** Calls this endpoint made, by how they ended. `started` is the sum of the others and of `pendingCalls`. */
  readonly calls: {
    readonly started: number;
    readonly answered: number;
    readonly silent: number;
    readonly failed: number;
    readonly cancelled: number;
  };
  /** Calls this endpoint served. */
  readonly requests: {
    readonly received: number;
    readonly answered: number;
    /** The handler threw, or its result could not be sent. */
    readonly failed: number;
    /** The handler took too long, or the endpoint closed, before there was an answer. */
    readonly abandoned: number;
  };
  readonly datagrams: {
    readonly sent: number;
    readonly received: number;
    readonly bytesSent: number;
    readonly bytesReceived: number;
    /** The system refused to send. On the native wire it is asked only while the peer does not answer. */
    readonly refusedBySystem: number;
  };
  /** What was dropped, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Events of its qlog: `written` to the sink, and `dropped` because that had too much to do. */
  readonly qlog: { readonly written: number; readonly dropped: number };
  /** Calls that wait for an answer now. */
  readonly pendingCalls: number;
  /** Handlers that run now. */
  readonly runningHandlers: number;
  /** What is known of each peer, worked out when it is read; the rpcudp wire remembers nothing of its peers. */
  readonly peers: readonly PeerStats[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] };

/** The counters while they count. */
export type Counters = Mutable<Omit<EndpointStats, 'pendingCalls' | 'runningHandlers' | 'peers'>>;

export function newCounters(): Counters {
  return {
    calls: { started: 0, answered: 0, silent: 0, failed: 0, cancelled: 0 },
    requests: { received: 0, answered: 0, failed: 0, abandoned: 0 },
    datagrams: { sent: 0, received: 0, bytesSent: 0, bytesReceived: 0, refusedBySystem: 0 },
    qlog: { written: 0, dropped: 0 },
    dropped: {
      'too-small': 0,
      'unknown-type': 0,
      'malformed-request': 0,
      'malformed-args': 0,
      'malformed-response': 0,
      'unexpected-response': 0,
      'wrong-source': 0,
      'unknown-method': 0,
      'refused-args': 0,
      'overload': 0,
      'closed': 0,
      'draining': 0,
      'unknown-version': 0,
      'malformed-packet': 0,
      'duplicate-packet': 0,
      'unknown-association': 0,
      'late': 0,
      'retry': 0,
      'not-authentic': 0,
      'permission-denied': 0,
      'intercepted': 0,
    },
  };
}
