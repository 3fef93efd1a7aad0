import type { Address } from '../../../address.js';
import type { CallFrame } from '../../../wire/native/frame-types.js';
import type { CallOutcome, EngineOutput, OutgoingCall, PeerHandle } from '../../engine.js';
import type { DeadlineHeap } from '../../tables/deadline-heap.js';
import type { Fifo } from '../../tables/fifo.js';
import type { Quotas } from '../admission/quotas.js';
import type { Standing } from '../admission/standing.js';
import type { SpareMemory } from '../../../spare-memory.js';
import type { Streams } from '../streams/streams.js';
import type { OutgoingNativeCall } from './outgoing-call.js';

/** Who is told of calls and requests. */
export interface CallTrace {
  callStarted(number: number, call: OutgoingCall): void;
  callEnded(number: number, outcome: CallOutcome): void;
  requestReceived(request: CallFrame, argsBytes: number): void;
}

/** What the messages of an association need of it. */
export interface MessagesOwner {
  readonly address: Address;
  /** Whether anything was ever heard of the peer. */
  readonly heard: boolean;
  /** Whether what is sent now cannot be a replay to the peer. */
  readonly established: boolean;
  readonly identity: Uint8Array | undefined;
  /** What it has of the endpoint, and where that counts. */
  readonly standing: Standing;
  /** Who is told of its calls; undefined as long as nobody watches. */
  readonly trace?: CallTrace | undefined;
  /** Sends a packet that wants to be acknowledged, even if there is nothing else to send. */
  ping(): void;
  /** Something has happened: flush it, and set its timer. */
  touch(): void;
}

/** What the two sides of an association, the calls that it makes and those that it answers, need beside that. */
export interface SidesOwner extends MessagesOwner {
  /** The association, as whoever answers a request names it. */
  readonly peer: PeerHandle;
  /** Its calls with streams. */
  readonly streams: Streams;
  /** Forgets the parts of a reply that have come. */
  forgetReply(number: number): void;
}

/**
 * Where in a payload of so many bytes, of which the first are here, its last part begins that is to have memory of its own;
 * undefined if it has none.
 */
export type BulkStart = (first: Uint8Array, totalBytes: number) => number | undefined;

/** What the messages of all associations of an endpoint share. */
export interface MessagesContext<C extends OutgoingCall> {
  readonly outputs: Fifo<EngineOutput<C>>;
  readonly callDeadlines: DeadlineHeap<OutgoingNativeCall<C>>;
  readonly messageBytesMax: number;
  /** Calls with streams that one peer may have unfinished. */
  readonly streamsMax: number;
  /** The index of the first item of a stream: 0 unless somebody wants to see what becomes of great ones. */
  readonly firstItemIndex: number;
  readonly quotas: Quotas;
  /** That of messages which were joined from parts and have been decoded. */
  readonly joinedMemory: SpareMemory;
  readonly bulkStart: BulkStart | undefined;
  /** Whether calls that must not run twice are taken as early data. */
  readonly takesEarlyData: boolean;
  /** Whether calls are refused as soon as a part of them has come. */
  draining: boolean;
  /** A call was answered. */
  answered(): void;
}
