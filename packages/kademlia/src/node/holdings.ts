import type { NodeId } from '../ids/node-id.js';
import { Maintenance, type MaintenanceOptions } from '../maintenance/maintenance.js';
import { ProviderStore } from '../records/provider-store.js';
import { recordKey, type RecordKind } from '../records/record.js';
import {
  recordName,
  RecordStore,
  type HeldRecord,
  type OfferedRecord,
  type RecordStoreOptions,
  type StoreOutcome,
} from '../records/record-store.js';
import { StoreTokens } from '../records/tokens.js';
import type { CarriedRecord } from '../wire/native-messages.js';
import type { Listeners } from './events.js';
import { chanceOf, type KademliaPorts } from './ports.js';

/** What a node holds for others, and when it does something about it. */
export class Holdings {
  readonly records: RecordStore;
  readonly providers = new ProviderStore();
  readonly tokens: StoreTokens;
  readonly maintenance: Maintenance;
  readonly #ports: KademliaPorts;
  readonly #listeners: Listeners;

  constructor(options: RecordStoreOptions & MaintenanceOptions, ports: KademliaPorts, listeners: Listeners) {
    this.#ports = ports;
    this.#listeners = listeners;
    this.records = new RecordStore(options);
    this.tokens = new StoreTokens(ports.now(), ports.random);
    this.maintenance = new Maintenance(options, ports.now(), () => chanceOf(ports.random));
  }

  /** Takes a record, or says why not. */
  offer(offered: OfferedRecord): StoreOutcome {
    const outcome = this.records.offer(offered, this.#ports.wallClock());
    if (outcome !== 'stored' && outcome !== 'renewed' && outcome !== 'unchanged') return outcome;
    const { record } = offered;
    const key = recordKey(record);
    this.maintenance.stored(recordName(record.kind, key), this.#ports.now());
    const held = this.held(record.kind, key);
    if (outcome === 'stored' && held !== undefined) this.#listeners.tell('stored', held);
    return outcome;
  }

  /** The record under a key, if there is one that has not ended. */
  held(kind: RecordKind, key: NodeId): HeldRecord | undefined {
    return this.records.get(kind, key, this.#ports.wallClock());
  }

  /** The same, to be sent with the time that it has left. */
  carried(kind: RecordKind, key: NodeId): CarriedRecord | undefined {
    const held = this.held(kind, key);
    return held && this.carry(held);
  }

  /** A record with the time that it has left. */
  carry({ record, expiresAt }: HeldRecord): CarriedRecord {
    return { record, ttlMs: Math.max(0, Math.floor(expiresAt - this.#ports.wallClock())) };
  }

  /** Takes out what has ended. */
  prune(): void {
    const now = this.#ports.wallClock();
    this.providers.prune(now);
    for (const held of this.records.takeExpired(now)) {
      this.maintenance.forgotten(recordName(held.record.kind, held.key));
      this.#listeners.tell('expired', held);
    }
  }
}
