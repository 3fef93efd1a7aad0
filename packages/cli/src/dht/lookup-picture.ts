import type { Contact, LookupStep } from '@rpcudp/kademlia';
import { paletteFor } from '../output/palette.js';
import { nodes } from './actions.js';
import { hexOf, summary, type Distances, type LookupEnd, type LookupView } from './lookup-view.js';

/** Nodes that are drawn: the k of most networks. */
const ROWS_MAX = 20;
/** Lines of a terminal that are left for what is above and below the rows. */
const OTHER_LINES = 4;
/** The longest bar: a bit more would not be seen. */
const BAR_BITS_MAX = 32;

/** The part of a terminal that is drawn on. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
  write(text: string): unknown;
}

/** One node of the picture. */
interface Seen {
  readonly contact: Contact;
  /** Undefined before it has answered. */
  readonly ms: number | undefined;
}

/**
 * A lookup on a terminal, drawn anew with each answer: the nearest nodes that were heard of, the nearest on top, each with a bar as long as
 * the bits that it shares with the target. The bars grow from answer to answer.
 */
export class LookupPicture implements LookupView {
  readonly #distances: Distances;
  readonly #terminal: Terminal;
  readonly #seen = new Map<string, Seen>();
  #answers = 0;
  #drawn = 0;

  constructor(distances: Distances, terminal: Terminal) {
    this.#distances = distances;
    this.#terminal = terminal;
  }

  begin(word: string, target: Uint8Array): void {
    this.#draw([`LOOKUP ${word} (${hexOf(target)})`]);
    this.#drawn = 0;
  }

  answered({ contact, heard, ms }: LookupStep): void {
    this.#answers += 1;
    for (const each of heard) if (!this.#seen.has(each.key)) this.#seen.set(each.key, { contact: each, ms: undefined });
    this.#seen.set(contact.key, { contact, ms });
    const counts = `${nodes(this.#seen.size)} heard of, ${this.#answers} answered`;
    this.#draw([...this.#rows([...this.#seen.values()]), counts]);
  }

  /** Those that have answered remain. */
  end(end: LookupEnd): void {
    const rows = end.nearest.map((contact) => this.#seen.get(contact.key) ?? { contact, ms: undefined });
    this.#draw([...this.#rows(rows, end.nearest.length), summary(end)]);
  }

  #rows(seen: readonly Seen[], most = this.#room()): string[] {
    const nearest = [...seen].sort((a, b) => this.#distances.compare(a.contact, b.contact)).slice(0, most);
    const width = Math.max(...nearest.map(({ contact }) => contact.address.length));
    return nearest.map((each) => this.#row(each, width));
  }

  #room(): number {
    return Math.max(1, Math.min(ROWS_MAX, sizeOr(24, this.#terminal.rows) - OTHER_LINES));
  }

  #row({ contact, ms }: Seen, width: number): string {
    const bits = this.#distances.bits(contact);
    const bar = '█'.repeat(Math.min(BAR_BITS_MAX, bits)).padEnd(BAR_BITS_MAX);
    const time = ms === undefined ? '' : `${ms.toFixed(1)} ms`;
    const text = `${ms === undefined ? '○' : '●'} ${contact.address.padEnd(width)}  ${time.padStart(9)}  ${String(bits).padStart(3)} bits ${bar}`;
    const line = text.slice(0, sizeOr(80, this.#terminal.columns) - 1).trimEnd();
    const colors = paletteFor(this.#terminal);
    return ms === undefined ? colors.dim(line) : line;
  }

  /** Writes lines over those that were drawn before. */
  #draw(lines: readonly string[]): void {
    const back = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\r\u001b[J`;
    this.#terminal.write(`${back}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }
}

/** A terminal may not know its size, and then says 0. */
function sizeOr(usual: number, told = 0): number {
  return told > 0 ? told : usual;
}
