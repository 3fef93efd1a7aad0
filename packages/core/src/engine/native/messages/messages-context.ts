import type { Address } from '../../../address.js';
import type { DeadlineHeap } from '../../tables/deadline-heap.js';
import type { EngineOutput, Millis, OutgoingCall, RandomBytes } from '../../engine.js';
import type { Fifo } from '../../tables/fifo.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Association } from '../associations/association.js';
import type { OutgoingNativeCall } from './outgoing-call.js';
import type { ReassemblyBudget } from './reassembly.js';
import type { TransmissionOptions } from '../packets/transmission.js';

/** What the two sides of an association, the calls that it makes and those that it answers, need of it. */
export interface SidesOwner {
  readonly address: Address;
  /** Whether anything was ever heard of the peer. */
  readonly heard: boolean;
  /** Sends a packet that wants to be acknowledged, even if there is nothing else to send. */
  ping(): void;
  /** Something has happened: flush it, and set its timer. */
  touch(): void;
  /** Forgets the parts of a reply that have come. */
  forgetReply(number: number): void;
}

/** What all associations of an endpoint share. */
export interface AssociationContext<C extends OutgoingCall> {
  readonly outputs: Fifo<EngineOutput<C>>;
  readonly callDeadlines: DeadlineHeap<OutgoingNativeCall<C>>;
  readonly timers: DeadlineHeap<Association<C>>;
  readonly transmission: TransmissionOptions;
  readonly messageBytesMax: number;
  readonly reassemblyBudget: ReassemblyBudget;
  readonly writer: Writer;
  readonly random: RandomBytes;
  /** When an association hears nothing for so long, it is forgotten. */
  readonly idleMs: Millis;
  /** How many associations and tombstones there may be together. */
  readonly associationsMax: number;
  /** Something has happened to an association: flush it, and set its timer. */
  readonly touch: (association: Association<C>) => void;
  /** Whether one more handler may run; if so, it counts as running from now on. */
  readonly mayRun: () => boolean;
}
