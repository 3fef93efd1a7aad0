import { SOURCES_REMEMBERED_MAX } from '../../../native-limits.js';
import { sourceOf, type SourceWidth } from '../../sources/prefix.js';
import { Holding } from './holding.js';
import type { Rate } from './rate.js';

/** What all peers of one host, or of one network, have of an endpoint together. */
export class Source extends Holding {
  readonly key: string;
  /** Associations that count here. */
  peers = 0;
  /** How often they may call and shake hands; made when that is first counted. */
  calls: Rate | undefined;
  handshakes: Rate | undefined;

  constructor(key: string) {
    super();
    this.key = key;
  }
}

/** The hosts, or the networks, that peers are in which have proved their address. */
export class Sources {
  readonly #width: SourceWidth;
  readonly #inUse = new Map<string, Source>();
  /** Those without an association, for their rates; those that have been idle longest first. */
  readonly #idle = new Map<string, Source>();

  constructor(width: SourceWidth) {
    this.#width = width;
  }

  /** How many are known. */
  get size(): number {
    return this.#inUse.size + this.#idle.size;
  }

  /** The one that a host is of, remembered for a while. */
  of(host: string): Source {
    const key = sourceOf(host, this.#width);
    const known = this.#inUse.get(key);
    if (known !== undefined) return known;
    const source = this.#idle.get(key) ?? new Source(key);
    this.#remember(source);
    return source;
  }

  /** The one that a host is of, for one more association. */
  enter(host: string): Source {
    const key = sourceOf(host, this.#width);
    const source = this.#inUse.get(key) ?? this.#idle.get(key) ?? new Source(key);
    if (source.peers === 0) {
      this.#idle.delete(key);
      this.#inUse.set(key, source);
    }
    source.peers += 1;
    return source;
  }

  /** One of its associations is no more, or has moved elsewhere. */
  leave(source: Source): void {
    source.peers -= 1;
    if (source.peers > 0) return;
    this.#inUse.delete(source.key);
    if (source.calls !== undefined || source.handshakes !== undefined) this.#remember(source);
  }

  #remember(source: Source): void {
    this.#idle.delete(source.key);
    this.#idle.set(source.key, source);
    if (this.#idle.size <= SOURCES_REMEMBERED_MAX) return;
    const [idlest] = this.#idle.keys();
    this.#idle.delete(idlest!);
  }
}
