import type { Executed, RpcErrorCode } from '../errors.js';

/** What a log line tells of. */
export type LogEvent =
  /** A call of ours that nobody answered. */
  | 'call-silent'
  /** A call of a peer's that was not run: `reason` says why. */
  | 'request-refused'
  /** A call of a peer's whose handler said no or failed, or whose result could not be sent. */
  | 'request-failed'
  /** A call of a peer's that nobody waits for any more. */
  | 'request-abandoned'
  /** Of the interceptor `logging()`: a call of ours that has ended, and a call of a peer's whose handler has. */
  | 'call-ended'
  | 'request-ended'
  | 'datagram-sent'
  | 'datagram-received'
  /** A datagram, or a part of one, that was dropped: `reason` says why. */
  | 'dropped'
  /** A service is served, and the types that a compiler recorded for its `parameters` cannot be what it declares. */
  | 'types-doubted'
  /** The system refused to send a datagram. */
  | 'send-failed'
  /** The socket reported an error. */
  | 'socket-failed'
  /** A fault of this library, or of a codec. */
  | 'internal-error';

/**
 * What a log line says, for machines: flat, and each text of bounded length. What came from the network is as it came, so it
 * is for loggers that escape, as those that write JSON do.
 */
export interface LogFields {
  readonly event: LogEvent;
  readonly service?: string;
  /** The property of the class, or what the wire calls the method where nobody knows it. */
  readonly method?: string;
  /** Of a service, each as `method(name)`. */
  readonly parameters?: string;
  /** What the native wire sends instead of the names, where nobody knows the method: `0x` and eight digits. */
  readonly methodHash?: string;
  /** The other side: `host:port`. */
  readonly peer?: string;
  /** The trace that a call belongs to, where its metadata says so: 32 hexadecimal digits. */
  readonly traceId?: string;
  /** Why something was dropped or refused: one of the counters of `endpoint.stats().dropped`. */
  readonly reason?: string;
  readonly code?: RpcErrorCode;
  readonly executed?: Executed;
  /** What an error says. */
  readonly message?: string;
  /** Where an error comes from, where it is one that should not have happened. */
  readonly stack?: string;
  readonly bytes?: number;
  readonly waitedMs?: number;
  /** Of a call that has ended: what came of it, how long it took, and of a stream how many values. */
  readonly outcome?: 'answered' | 'silent' | 'failed' | 'left';
  readonly durationMs?: number;
  readonly values?: number;
  /** Of a call whose arguments went in parts: how many bytes of them were acknowledged, and how many there are. */
  readonly acknowledgedBytes?: number;
  readonly totalBytes?: number;
  /** Of a datagram: the wire, what it is, and the first bytes of an id. */
  readonly wire?: string;
  readonly type?: string;
  readonly id?: string;
  /** Lines of this kind that were left out since the last one. */
  readonly omitted?: number;
}

/** A line for people, and the same for machines. */
export interface LogEntry {
  readonly line: string;
  readonly fields: LogFields;
}
