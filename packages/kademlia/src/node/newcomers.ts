import { compareDistance } from '../ids/node-id.js';
import { NEWCOMERS_MAX, NEWCOMER_RECORDS_MAX, NEWCOMER_STORES_MAX } from '../limits.js';
import type { HeldRecord } from '../records/record-store.js';
import type { Contact } from '../table/contact.js';
import type { Overlay } from './overlay.js';

/** A contact that has come into the table of an overlay. */
interface Newcomer {
  readonly contact: Contact;
  readonly overlay: Overlay;
}

/** What a newcomer is to be given. */
export interface HandOver extends Newcomer {
  readonly held: HeldRecord;
}

/**
 * Who has come into the tables lately, and what each is to be given: the records of which it is one of the k nearest holders, if no other
 * holder is nearer to them than this node. Section 2.5 of the paper. Bounded in all: what it leaves out, the next republish gives.
 */
export class Newcomers {
  readonly #k: number;
  readonly #newcomers = new Map<string, Newcomer>();

  constructor(k: number) {
    this.#k = k;
  }

  /** A contact has come into the table of an overlay. The first {@link NEWCOMERS_MAX} until they are taken are remembered. */
  add(contact: Contact, overlay: Overlay): void {
    if (this.#newcomers.size < NEWCOMERS_MAX)
      this.#newcomers.set(`${overlay.wire} ${contact.address}`, { contact, overlay });
  }

  /** What is to be handed over. Those who came lately are newcomers no more. @param travelsOn Whether a record is one of a wire's. */
  take(records: Iterable<HeldRecord>, travelsOn: (held: HeldRecord, overlay: Overlay) => boolean): HandOver[] {
    if (this.#newcomers.size === 0) return [];
    const newcomers = [...this.#newcomers.values()];
    this.#newcomers.clear();
    const due: HandOver[] = [];
    let looked = 0;
    for (const held of records) {
      looked += 1;
      if (looked > NEWCOMER_RECORDS_MAX) return due;
      for (const { contact, overlay } of newcomers) {
        if (!travelsOn(held, overlay) || !this.#isFor(contact, overlay, held)) continue;
        if (due.length === NEWCOMER_STORES_MAX) return due;
        due.push({ contact, overlay, held });
      }
    }
    return due;
  }

  #isFor({ key }: Contact, { table }: Overlay, held: HeldRecord): boolean {
    const nearest = table.closest(held.key, this.#k);
    if (!nearest.some((each) => each.key === key)) return false;
    const other = nearest.find((each) => each.key !== key);
    return other === undefined || compareDistance(held.key, table.own, other.id) < 0;
  }
}
