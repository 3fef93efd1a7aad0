import type { Client } from '@rpcudp/client';
import type { Address } from '../../../src/index';
import { SeededRandom, type SimulatedEndpoint } from '../../../src/testing';
import { METHODS, expectedOf, outcomeOf, type Archive, type Method } from './archive';
import { SealedNetwork, type Recorded, type SealedOptions } from './sealed-network';

/** From where copies are sent that do not come from where the genuine ones came. */
export const REPLAYER: Address = { host: '10.6.6.6', port: 6 };

/** The method of each call by its id. */
const methodOf = (id: number): Method => METHODS[id % METHODS.length]!;

/** A session with calls of all kinds, of which everything that was sent is recorded. */
export class RecordedSession {
  readonly sealed: SealedNetwork;
  readonly caller: SimulatedEndpoint;
  readonly client: Client<Archive>;
  recorded: readonly Recorded[] = [];
  readonly #random = new SeededRandom(5);

  constructor(options: SealedOptions = {}) {
    this.sealed = new SealedNetwork(options);
    this.caller = this.sealed.bindCaller();
    this.client = this.sealed.clientOf(this.caller);
  }

  /** Makes two calls of each kind; those that may run twice, and all if early data is taken, go with the first datagrams. */
  async talk(): Promise<this> {
    const { network, archive, sent } = this.sealed;
    const text = (id: number): string => (id >= METHODS.length ? 'much '.repeat(400) : 'little');
    const ids = Array.from({ length: 2 * METHODS.length }, (_, id) => id);
    const calls = ids.map((id) => outcomeOf(this.client, methodOf(id), id, text(id)));
    const outcomes = await network.until(Promise.all(calls));
    await network.advance(1000);
    const wrong = ids.filter((id) => outcomes[id] !== expectedOf(methodOf(id), text(id)) || archive.runs.get(id) !== 1);
    if (wrong.length > 0) throw new Error(`Before anything is replayed, calls ${wrong.join(', ')} have ended wrongly.`);
    this.recorded = [...sent];
    sent.length = 0;
    return this;
  }

  /** Sends all that was recorded again to where it went, in three orders, as from where it came and from elsewhere. */
  async replay(): Promise<void> {
    const { network } = this.sealed;
    const backwards = [...this.recorded].reverse();
    const shuffled = backwards
      .map((each) => ({ each, place: this.#random.next() }))
      .sort((one, other) => one.place - other.place)
      .map(({ each }) => each);
    for (const order of [this.recorded, backwards, shuffled]) {
      for (const { datagram, from, to } of order) {
        network.inject(datagram, REPLAYER, to);
        network.inject(datagram, from, to);
      }
      await network.advance(100);
    }
  }

  /** Which methods have run more than once. */
  get repeated(): Method[] {
    const repeated = [...this.sealed.archive.runs].filter(([, runs]) => runs > 1).map(([id]) => methodOf(id));
    return [...new Set(repeated)].sort();
  }

  /** Whether a call is answered now. */
  async answers(): Promise<boolean> {
    const id = 2 * METHODS.length * 1000 + 1;
    const outcome = await this.sealed.network.until(outcomeOf(this.client, 'deposit', id, 'still here'));
    return outcome === expectedOf('deposit', 'still here') && this.sealed.archive.runs.get(id) === 1;
  }
}
