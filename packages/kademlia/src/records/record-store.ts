import { compareDistance, idText, type NodeId } from '../ids/node-id.js';
import {
  CLOCK_SKEW_MS_MAX,
  RECORD_MS_MAX,
  RECORD_OVERHEAD_BYTES,
  STORE_BYTES_MAX,
  STORE_SOURCE_SHARE,
} from '../limits.js';
import {
  isGenuine,
  recordKey,
  sameRecord,
  valueBytes,
  type KademliaRecord,
  type RecordKind,
  type SignedRecord,
} from './record.js';
import { SequenceFloors } from './sequence-floors.js';

/** A record that a node holds. */
export interface HeldRecord {
  readonly key: NodeId;
  readonly record: KademliaRecord;
  /** When it ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Who brought it first: those who only pass it on cannot make it live longer. */
  readonly source: string;
  /** What it counts for. */
  readonly bytes: number;
}

/** A record that somebody wants to be held. */
export interface OfferedRecord {
  readonly record: KademliaRecord;
  /** Who brings it. */
  readonly source: string;
  /** When it is to end, in milliseconds since the epoch; a signed record says so itself. Default: in seven days. */
  readonly expiresAt?: number | undefined;
  /** Compare and swap: of a signed record, the number that the one before must have. */
  readonly cas?: number | undefined;
}

/**
 * What became of an offer. `stored`: it is held now. `renewed`: it was held, and lives longer now. `unchanged`: it is held as it was.
 * The rest are refusals: `older` than what was held, `conflict` with it (the same number and another value, or not the
 * number that `cas` asks for), `expired` already, `forged`, `full`, or `unwanted` by a validator of the node.
 */
export type StoreOutcome =
  'stored' | 'renewed' | 'unchanged' | 'older' | 'conflict' | 'expired' | 'forged' | 'full' | 'unwanted';

/** How much a {@link RecordStore} holds. */
export interface RecordStoreOptions {
  /** The id of the node: when there is no room, the records farthest from it go first. */
  readonly own: NodeId;
  /** Bytes of all records. Default: 64 MiB. */
  readonly bytesMax?: number;
  /** Bytes of those of one source. Default: an eighth of all. */
  readonly sourceBytesMax?: number;
  /** How long records live at most, in milliseconds. Default: seven days. */
  readonly recordMsMax?: number;
  /** Whether to hold a signed record, which is genuine. Default: all of them. */
  readonly isWanted?: (record: SignedRecord) => boolean;
  /**
   * Whether a signed record takes the place of another one of the same key and number; both are genuine and wanted. Default: the first
   * stays.
   */
  readonly isBetter?: (record: SignedRecord, than: SignedRecord) => boolean;
}

/** What a node holds for others. A record ends when its publisher said, however often it is passed on meanwhile. */
export class RecordStore {
  readonly #own: NodeId;
  readonly #bytesMax: number;
  readonly #sourceBytesMax: number;
  readonly #recordMsMax: number;
  readonly #isWanted: (record: SignedRecord) => boolean;
  readonly #isBetter: NonNullable<RecordStoreOptions['isBetter']>;
  readonly #held = new Map<string, HeldRecord>();
  readonly #bytesBySource = new Map<string, number>();
  readonly #floors = new SequenceFloors();
  #bytes = 0;

  constructor(options: RecordStoreOptions) {
    const { own, bytesMax = STORE_BYTES_MAX, sourceBytesMax, recordMsMax = RECORD_MS_MAX } = options;
    this.#isWanted = options.isWanted ?? (() => true);
    this.#isBetter = options.isBetter ?? (() => false);
    this.#own = own;
    this.#bytesMax = bytesMax;
    this.#sourceBytesMax = sourceBytesMax ?? bytesMax * STORE_SOURCE_SHARE;
    this.#recordMsMax = recordMsMax;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Bytes of all records, with what the store adds to each. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The record under a key, if there is one that has not ended. */
  get(kind: RecordKind, key: NodeId, now: number): HeldRecord | undefined {
    return this.named(recordName(kind, key), now);
  }

  /** The record of a name, its kind and its key, if there is one that has not ended. */
  named(name: string, now: number): HeldRecord | undefined {
    const held = this.#held.get(name);
    return held === undefined || held.expiresAt <= now ? undefined : held;
  }

  /** All records, also those that have ended and were not taken out yet. */
  records(): IterableIterator<HeldRecord> {
    return this.#held.values();
  }

  /** Takes a record, or says why not. */
  offer(offered: OfferedRecord, now: number): StoreOutcome {
    const { record } = offered;
    const expiresAt = this.#expiryOf(offered, now);
    if (expiresAt === undefined) return 'expired';
    const key = recordKey(record);
    const name = recordName(record.kind, key);
    const held = this.get(record.kind, key, now);
    const same = held !== undefined && sameRecord(record, held.record);
    // Of a signed one, whatever cas says: what is held already has been swapped, and its writer may not have heard of it.
    if (same && (record.kind === 'signed' || held.source !== offered.source || expiresAt <= held.expiresAt))
      return 'unchanged';
    const refusal = this.#refusal(offered, name, held);
    if (refusal !== undefined) return refusal;
    const bytes = valueBytes(record.value) + RECORD_OVERHEAD_BYTES;
    const source = same ? held.source : offered.source;
    if (!this.#makeRoom(key, name, { source, bytes })) return 'full';
    this.#put(name, { key, record, expiresAt, source, bytes });
    return same ? 'renewed' : 'stored';
  }

  /** The signature comes late, for it costs more than the rest: what was refused before would have been, whoever signed it. */
  #refusal(offered: OfferedRecord, name: string, held: HeldRecord | undefined): StoreOutcome | undefined {
    const order = this.#order(offered, name, held);
    if (order === 'older' || order === 'conflict') return order;
    const { record } = offered;
    if (!isGenuine(record)) return 'forged';
    if (record.kind !== 'signed') return undefined;
    if (!this.#isWanted(record)) return 'unwanted';
    return order === 'tie' && !this.#isBetter(record, held!.record as SignedRecord) ? 'conflict' : undefined;
  }

  /** Takes out those that have ended, and gives them. */
  takeExpired(now: number): HeldRecord[] {
    const expired: HeldRecord[] = [];
    for (const [name, held] of this.#held) {
      if (held.expiresAt > now) continue;
      this.#remove(name);
      expired.push(held);
    }
    this.#floors.prune(now);
    return expired;
  }

  /** When it is to end; undefined if it has ended already, or claims to live longer than any record may. */
  #expiryOf({ record, expiresAt }: OfferedRecord, now: number): number | undefined {
    const latest = now + this.#recordMsMax;
    if (record.kind === 'signed') {
      // The owner's clock may be ahead; further ahead than clocks are, the record would outlive what is remembered of it.
      const within = record.expiresAt > now && record.expiresAt <= latest + CLOCK_SKEW_MS_MAX;
      return within ? Math.min(record.expiresAt, latest) : undefined;
    }
    const wanted = Math.min(expiresAt ?? latest, latest);
    return wanted > now ? wanted : undefined;
  }

  /** How a record stands to the one that is held. A tie is one with the same number, of which the first stays, unless the other is better. */
  #order(
    { record, cas }: OfferedRecord,
    name: string,
    held: HeldRecord | undefined,
  ): 'older' | 'conflict' | 'tie' | undefined {
    if (record.kind !== 'signed') return undefined;
    const before = held?.record as SignedRecord | undefined;
    // With the number that it is to swap, it says nothing of which of two was seen.
    if (cas !== undefined && before !== undefined && (before.seq !== cas || record.seq === cas)) return 'conflict';
    const floor = this.#floorOf(name);
    if (record.seq > floor) return undefined;
    return record.seq === floor && before !== undefined ? 'tie' : 'older';
  }

  /** The highest number that was held. One that has ended counts as well, also while it is still there. */
  #floorOf(name: string): number {
    return seqOf(this.#held.get(name)) ?? this.#floors.get(name) ?? -1;
  }

  /** Whether there is room: for a record nearer to the node, the farthest ones make some. */
  #makeRoom(key: NodeId, name: string, { source, bytes }: Pick<HeldRecord, 'source' | 'bytes'>): boolean {
    const before = this.#held.get(name);
    const bySource = (this.#bytesBySource.get(source) ?? 0) - (before?.source === source ? before.bytes : 0);
    if (bySource + bytes > this.#sourceBytesMax) return false;
    let surplus = this.#bytes - (before?.bytes ?? 0) + bytes - this.#bytesMax;
    if (surplus <= 0) return true;
    const farther = [...this.#held].filter(
      ([other, held]) => other !== name && compareDistance(this.#own, key, held.key) < 0,
    );
    farther.sort(([, a], [, b]) => compareDistance(this.#own, b.key, a.key));
    const going: string[] = [];
    for (const [other, held] of farther) {
      if (surplus <= 0) break;
      surplus -= held.bytes;
      going.push(other);
    }
    if (surplus > 0) return false;
    for (const other of going) this.#remove(other);
    return true;
  }

  #put(name: string, held: HeldRecord): void {
    this.#remove(name);
    this.#held.set(name, held);
    this.#bytes += held.bytes;
    this.#bytesBySource.set(held.source, (this.#bytesBySource.get(held.source) ?? 0) + held.bytes);
  }

  #remove(name: string): void {
    const held = this.#held.get(name);
    if (held === undefined) return;
    this.#held.delete(name);
    this.#bytes -= held.bytes;
    const left = this.#bytesBySource.get(held.source)! - held.bytes;
    if (left > 0) this.#bytesBySource.set(held.source, left);
    else this.#bytesBySource.delete(held.source);
    if (held.record.kind === 'signed')
      this.#floors.raise(name, held.record.seq, held.expiresAt + this.#recordMsMax + CLOCK_SKEW_MS_MAX);
  }
}

function seqOf(held: HeldRecord | undefined): number | undefined {
  return held?.record.kind === 'signed' ? held.record.seq : undefined;
}

/** The name of a record in maps: its kind and its key. */
export function recordName(kind: RecordKind, key: NodeId): string {
  return `${kind} ${idText(key)}`;
}
