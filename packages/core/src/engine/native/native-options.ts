import {
  ASSOCIATIONS_MAX,
  ASSOCIATION_IDLE_MS,
  ASSOCIATION_USABLE_MS,
  QUEUED_BYTES_MAX,
  RETRY_TOKENS,
  RETRY_TOKENS_PER_ANSWER,
  STREAMS_MAX,
  WINDOW_BYTES_MAX,
} from '../../native-limits.js';
import { NATIVE_DATAGRAM_BYTES_DEFAULT, PROBED_DATAGRAM_BYTES_MAX } from '../../limits.js';
import { SpareMemory } from '../../spare-memory.js';
import { Writer } from '../../wire/native/writer.js';
import type { Mac, Millis, OutgoingCall, RandomBytes } from '../engine.js';
import type { PortShare } from '../cores/shared-port.js';
import { LOAD_LIMITS_DEFAULT, Load, type LoadLimits } from './admission/load.js';
import { Quotas } from './admission/quotas.js';
import type { AssociationContext } from './associations/association-context.js';
import type { CongestionControl } from './congestion/controller.js';
import type { RetryBudgetOptions } from './associations/retry-budget.js';
import type { KeyRenewal } from './keys/send-keys.js';
import type { BulkStart } from './messages/messages-context.js';
import { RoundTripMemory } from './packets/round-trip-memory.js';
import { Sealing, type Credentials } from './protection/sealing.js';
import { Tracing } from './tracing/tracing.js';

/** What a native engine is told once. Everything has been checked and defaulted. */
export interface NativeEngineOptions {
  readonly runningHandlersMax: number;
  /** Bytes of the largest packet, or `'probe'` to find out what each path carries. */
  readonly datagramBytes: number | 'probe';
  readonly messageBytesMax: number;
  /** Unfinished messages of all associations together, in bytes. */
  readonly reassemblyBytesMax: number;
  /** Arguments of calls that run, and answers that are not acknowledged, of all associations together, in bytes. */
  readonly queuedBytesMax?: number;
  readonly retryBudget?: RetryBudgetOptions;
  readonly idleMs?: Millis;
  /** Associations, and tombstones, of each. */
  readonly associationsMax?: number;
  /** The code that proves where a token comes from: HMAC with SHA-256. */
  readonly mac: Mac;
  /** From how many strangers on the next has to prove its address first. */
  readonly load?: LoadLimits;
  /** What it proves itself with. Without, nothing is encrypted. */
  readonly credentials?: Credentials | undefined;
  /** When the keys of packets are renewed: by default as the protocol says. */
  readonly keyRenewal?: KeyRenewal | undefined;
  /** Whether nobody needs the memory any more of any datagram that was taken to be sent. Default: never. */
  readonly datagramsAreFree?: (() => boolean) | undefined;
  /** Which part of a payload is to have memory of its own. */
  readonly bulkStart?: BulkStart | undefined;
  /** Default: BBR. */
  readonly congestionControl?: CongestionControl;
  /** The number of an association's first packet: 0 unless somebody wants to see what becomes of great ones. */
  readonly firstPacketNumber?: number;
  /** The index of a stream's first item, which both sides must agree on: 0 but to see what becomes of great ones. */
  readonly firstItemIndex?: number;
  /** Calls with streams that each peer may have unfinished. */
  readonly streamsMax?: number;
  /** Where other engines receive at the same port. */
  readonly share?: PortShare | undefined;
}

export const RETRY_BUDGET_DEFAULT: RetryBudgetOptions = {
  tokens: RETRY_TOKENS,
  tokensPerAnswer: RETRY_TOKENS_PER_ANSWER,
};

type Shared<C extends OutgoingCall> = Pick<
  AssociationContext<C>,
  'outputs' | 'callDeadlines' | 'timers' | 'touch' | 'answered'
>;

export function makeContext<C extends OutgoingCall>(
  options: NativeEngineOptions,
  random: RandomBytes,
  shared: Shared<C>,
): AssociationContext<C> {
  const probesSize = options.datagramBytes === 'probe';
  const idleMs = options.idleMs ?? ASSOCIATION_IDLE_MS;
  const associationsMax = options.associationsMax ?? ASSOCIATIONS_MAX;
  const load = new Load(options.load ?? LOAD_LIMITS_DEFAULT);
  const maxima = {
    associations: associationsMax,
    handlers: options.runningHandlersMax,
    queuedBytes: options.queuedBytesMax ?? Math.max(QUEUED_BYTES_MAX, 4 * options.messageBytesMax),
    reassemblyBytes: options.reassemblyBytesMax,
  };
  return {
    ...shared,
    tracing: new Tracing(shared.outputs),
    load,
    quotas: new Quotas(maxima, load),
    transmission: {
      datagramBytes: probesSize ? NATIVE_DATAGRAM_BYTES_DEFAULT : options.datagramBytes,
      probesSize,
      windowBytesMax: WINDOW_BYTES_MAX,
      congestionControl: options.congestionControl ?? 'bbr',
      firstPacketNumber: options.firstPacketNumber ?? 0,
    },
    messageBytesMax: options.messageBytesMax,
    joinedMemory: new SpareMemory(),
    bulkStart: options.bulkStart,
    ...streamLimits(options),
    draining: false,
    takesEarlyData: options.credentials?.earlyData ?? true,
    roundTrips: new RoundTripMemory(),
    sealing: options.credentials && new Sealing(options.credentials, random, options.keyRenewal),
    writer: new Writer(probesSize ? PROBED_DATAGRAM_BYTES_MAX.ipv4 : options.datagramBytes),
    random,
    idleMs,
    usableMs: Math.min(ASSOCIATION_USABLE_MS, idleMs),
    associationsMax,
    share: options.share,
  };
}

function streamLimits({ streamsMax = STREAMS_MAX, firstItemIndex = 0 }: NativeEngineOptions): {
  streamsMax: number;
  firstItemIndex: number;
} {
  return { streamsMax, firstItemIndex };
}
