import type { Contact, LookupStep } from '@rpcudp/kademlia';
import { print } from '../output/print.js';
import { jsonOf } from '../output/values.js';
import { nodes } from './actions.js';

/** How far nodes are from what is looked for. */
export interface Distances {
  /** How many first bits an id shares with the target: each more halves the distance. */
  bits(contact: Contact): number;
  /** Below 0 if the first is nearer. */
  compare(a: Contact, b: Contact): number;
}

/** What a lookup came to. */
export interface LookupEnd {
  /** Nearest first. */
  readonly nearest: readonly Contact[];
  readonly calls: number;
  readonly hops: number;
  readonly ms: number;
  /** Whether it came to its end within its time. */
  readonly whole: boolean;
}

/** Who shows a lookup. */
export interface LookupView {
  begin(word: string, target: Uint8Array): void;
  answered(step: LookupStep): void;
  end(end: LookupEnd): void;
}

/** One line that sums up a lookup. */
export function summary({ nearest, calls, hops, ms, whole }: LookupEnd): string {
  const end = whole ? '' : ', not at its end: raise --timeout';
  return `${nodes(nearest.length)}, ${calls} calls, ${hops} hops, ${ms.toFixed(3)} ms${end}`;
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** For programs: a line of JSON for each answer, and one for the end. */
export class JsonView implements LookupView {
  begin(key: string, target: Uint8Array): void {
    print(jsonOf({ key, target: hexOf(target) }));
  }

  answered({ contact, heard, ms }: LookupStep): void {
    print(jsonOf({ ...plain(contact), ms: Number(ms.toFixed(3)), heard: heard.map(({ address }) => address) }));
  }

  end({ nearest, ms, ...counts }: LookupEnd): void {
    print(jsonOf({ nearest: nearest.map(plain), ...counts, ms: Number(ms.toFixed(3)) }));
  }
}

/** For pipes: a line for each answer, and then the nodes, nearest first. */
export class LineView implements LookupView {
  readonly #distances: Distances;

  constructor(distances: Distances) {
    this.#distances = distances;
  }

  begin(word: string, target: Uint8Array): void {
    print(`LOOKUP ${word} (${hexOf(target)})`);
  }

  answered({ contact, heard, ms }: LookupStep): void {
    print(
      `answer from ${contact.address}: bits=${this.#distances.bits(contact)} heard=${heard.length} time=${ms.toFixed(3)} ms`,
    );
  }

  end(end: LookupEnd): void {
    print(`--- ${summary(end)} ---`);
    for (const contact of end.nearest)
      print(`${hexOf(contact.id)} ${contact.address} bits=${this.#distances.bits(contact)}`);
  }
}

function plain({ id, address }: Contact): { readonly id: string; readonly address: string } {
  return { id: hexOf(id), address };
}
