import { ASSOCIATIONS_MAX, ASSOCIATION_IDLE_MS, WINDOW_BYTES_MAX } from '../../limits.js';
import { OPENING_HEADER_BYTES } from '../../wire/native/packet.js';
import { Writer } from '../../wire/native/writer.js';
import type { Millis, OutgoingCall, RandomBytes } from '../engine.js';
import type { AssociationContext } from './messages/messages-context.js';

/** What a native engine is told once. Everything has been checked and defaulted. */
export interface NativeEngineOptions {
  readonly runningHandlersMax: number;
  readonly datagramBytes: number;
  readonly messageBytesMax: number;
  /** Unfinished messages of all associations together, in bytes. */
  readonly reassemblyBytesMax: number;
  readonly idleMs?: Millis;
  /** Associations and tombstones together. */
  readonly associationsMax?: number;
}

/** HELLO: type, age, message bytes, calls. */
const HELLO_BYTES_MAX = 1 + 4 + 4 + 4;

type Shared<C extends OutgoingCall> = Pick<
  AssociationContext<C>,
  'outputs' | 'callDeadlines' | 'timers' | 'touch' | 'mayRun'
>;

export function makeContext<C extends OutgoingCall>(
  options: NativeEngineOptions,
  random: RandomBytes,
  shared: Shared<C>,
): AssociationContext<C> {
  return {
    ...shared,
    transmission: {
      datagramBytes: options.datagramBytes,
      windowBytesMax: Math.max(WINDOW_BYTES_MAX, 4 * options.datagramBytes),
      headerBytesMax: OPENING_HEADER_BYTES + HELLO_BYTES_MAX,
    },
    messageBytesMax: options.messageBytesMax,
    reassemblyBudget: { bytes: 0, bytesMax: options.reassemblyBytesMax },
    writer: new Writer(options.datagramBytes),
    random,
    idleMs: options.idleMs ?? ASSOCIATION_IDLE_MS,
    associationsMax: options.associationsMax ?? ASSOCIATIONS_MAX,
  };
}
