import type { Writer } from '../../../wire/native/writer.js';
import type { Millis, OutgoingCall, RandomBytes } from '../../engine.js';
import type { PortShare } from '../../cores/shared-port.js';
import type { DeadlineHeap, Deadlined } from '../../tables/deadline-heap.js';
import type { Listed } from '../../tables/roster.js';
import type { Load } from '../admission/load.js';
import type { MessagesContext } from '../messages/messages-context.js';
import type { RoundTripMemory } from '../packets/round-trip-memory.js';
import type { Sealing } from '../protection/sealing.js';
import type { TransmissionOptions } from '../packets/transmission-parts.js';
import type { Tracing } from '../tracing/tracing.js';

/** What all associations of an endpoint share. */
export interface AssociationContext<C extends OutgoingCall> extends MessagesContext<C> {
  /** Where it is told what happens, if somebody watches. */
  readonly tracing: Tracing;
  readonly timers: DeadlineHeap<Deadlined>;
  readonly load: Load;
  readonly transmission: TransmissionOptions;
  /** What associations are sealed with; undefined if none is. */
  readonly sealing: Sealing | undefined;
  readonly writer: Writer;
  readonly random: RandomBytes;
  readonly roundTrips: RoundTripMemory;
  /** When an association hears nothing for so long, it is forgotten. */
  readonly idleMs: Millis;
  /** When it has heard nothing for so long, further calls use another. */
  readonly usableMs: Millis;
  /** How many associations there may be, and how many tombstones. */
  readonly associationsMax: number;
  /** Where other engines receive at the same port. */
  readonly share: PortShare | undefined;
  /** Something has happened to an association: flush it, and set its timer. */
  touch(association: Deadlined & Listed): void;
}
