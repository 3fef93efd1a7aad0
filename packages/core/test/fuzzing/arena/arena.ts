import type { Address } from '../../../src/address';
import type { IncomingRequest } from '../../../src/engine/engine';
import { PROBED_DATAGRAM_BYTES_MAX } from '../../../src/limits';
import { SeededRandom } from '../../../src/testing/random';
import { RESET, RETRY } from '../../../src/wire/native/packet';
import { hexOf } from '../same-data';
import { promise, type Saw } from '../target';
import { Allowances } from './allowances';
import { Ledger } from './calls';
import { Party, type PartyOptions } from './party';
import { SealedTraffic } from './sealed-traffic';

/** A datagram on its way. */
export interface Flight {
  /** The party that has sent it. */
  readonly sender: string;
  /** How often that had been restarted. */
  readonly life: number;
  readonly from: Address;
  readonly to: Address;
  readonly datagram: Uint8Array;
  /** When it was sent. */
  readonly at: number;
  readonly arrivesAt: number;
  /** Who had heard whom when it was sent: see {@link Allowances}. */
  readonly shows: readonly string[];
}

/** What an arena is told once. */
export interface ArenaOptions {
  readonly seed: number;
  /** Whether everything that honest parties send is sealed. */
  readonly sealed: boolean;
  /** Whether handlers are asked by nobody but honest parties. */
  readonly onlyHonest: boolean;
  readonly saw: Saw;
}

const LATENCY_MS = 10;
const NOWHERE: Address = { host: '0.0.0.0', port: 1 };
/** How often in a row something may happen at one moment. */
const EVENTS_AT_ONCE_MAX = 500;
/** Datagrams that can be sent again. */
const RECORDED_MAX = 64;
/** How long a restart takes: longer than anything is on its way by itself. */
export const AWAY_MS = LATENCY_MS + 1;
/** Before this, in milliseconds, whoever has had a packet remembers so. */
export const REMEMBERED_MS = 110_000;
/** What happens in one advance, at most. */
const EVENTS_MAX = 20_000;

/** Honest endpoints on one clock, a network between them that does as an input says, and what must hold all the time. */
export class Arena {
  now = 1000;
  readonly random: SeededRandom;
  /** Of keys: few seeds, so that what is made of them can be remembered. */
  readonly secrets: SeededRandom;
  readonly parties: Party[] = [];
  readonly ledger: Ledger;
  readonly allowances = new Allowances();
  readonly saw: Saw;
  /** What is on its way. */
  flights: Flight[] = [];
  /** The last that were sent. */
  readonly recorded: Flight[] = [];
  /** Hears of what is sent to an address where no party is. */
  elsewhere: (flight: Flight) => void = () => undefined;
  /** Hears of what is about to arrive, and may be faster. */
  overtake: (flight: Flight) => void = () => undefined;
  /** Hears of handlers that run. */
  ranAt: (party: Party, request: IncomingRequest) => void = () => undefined;
  readonly #sealed: SealedTraffic | undefined;
  /** Packets that were taken in, and by whom. */
  readonly #once = new Set<string>();

  constructor({ seed, sealed, onlyHonest, saw }: ArenaOptions) {
    this.random = new SeededRandom(seed);
    this.secrets = new SeededRandom(seed & 3);
    this.ledger = new Ledger(onlyHonest);
    this.saw = saw;
    this.#sealed = sealed ? new SealedTraffic() : undefined;
  }

  party(name: string, address: Address, options: PartyOptions): Party {
    const party = new Party(this, name, address, options);
    this.parties.push(party);
    return party;
  }

  transmit(sender: Party, to: Address, datagram: Uint8Array): void {
    promise(
      datagram.length <= largestDatagram(sender.options.datagramBytes),
      () => `${sender.name} sends ${datagram.length} bytes`,
    );
    this.#sealed?.sent(sender, datagram);
    this.allowances.sent(sender, to, datagram);
    const shows = this.allowances.heardBy(sender.name);
    // What arrives is the receiver's own, for packets are opened in place; the sender may keep what it sent.
    const flight: Flight = {
      sender: sender.name,
      life: sender.restarts,
      from: sender.address,
      to,
      datagram: datagram.slice(),
      at: this.now,
      arrivesAt: this.now + LATENCY_MS,
      shows,
    };
    this.flights.push(flight);
    this.recorded.push(flight);
    if (this.recorded.length > RECORDED_MAX) this.recorded.shift();
  }

  /** Gives a datagram to whoever is where it goes, as if it came from `from`. */
  arrive(flight: Flight, from = flight.from): void {
    const receiver = this.parties.find((party) => party.isAt(flight.to));
    if (receiver === undefined) return this.elsewhere(flight);
    this.allowances.arrived(receiver, flight, from);
    const drops = receiver.drops;
    receiver.receive(flight.datagram.slice(), from);
    if (receiver.drops === drops) this.#taken(receiver, flight);
  }

  /** A packet counts once, however often it arrives, as long as anybody remembers. */
  #taken({ name, restarts }: Party, { datagram, at }: Flight): void {
    if (!isPacket(datagram) || this.now - at > REMEMBERED_MS) return;
    const key = `${name} ${restarts} ${hexOf(datagram)}`;
    promise(!this.#once.has(key), () => `${name} takes a packet twice: ${hexOf(datagram)}`);
    this.#once.add(key);
  }

  /** A process is away until nothing is on its way any more: sooner, it might run again what it ran before, by §5.5. */
  outlive(party: Party): void {
    const { address } = party;
    party.address = NOWHERE;
    this.flights = [];
    this.advance(AWAY_MS);
    this.flights = [];
    this.recorded.length = 0;
    party.address = address;
  }

  /** What is held up on its way arrives no more: nobody could say when all is over. */
  dropHeldUp(): void {
    this.flights = this.flights.filter(({ arrivesAt }) => arrivesAt <= this.now + LATENCY_MS);
  }

  /** A datagram that nobody sent, or not so. */
  forge(datagram: Uint8Array, to: Address, from: Address): void {
    const receiver = this.parties.find((party) => party.isAt(to));
    if (receiver === undefined) return;
    this.allowances.forged(receiver, from, datagram.length);
    receiver.drain();
    const before = this.#changesNothing(datagram) ? receiver.digest : undefined;
    receiver.receive(datagram.slice(), from);
    if (before === undefined) return;
    promise(receiver.digest === before, () => `a forged datagram has changed ${receiver.name}: ${hexOf(datagram)}`);
  }

  /** Lets so much time pass. */
  advance(ms: number): void {
    const end = this.now + ms;
    let atOnce = 0;
    for (let events = 0; ; events += 1) {
      for (const party of this.parties) party.drain();
      const next = Math.min(
        ...this.flights.map(({ arrivesAt }) => arrivesAt),
        ...this.parties.map(({ engine }) => engine.settle()),
      );
      if (next > end) break;
      atOnce = next > this.now ? 0 : atOnce + 1;
      promise(atOnce <= EVENTS_AT_ONCE_MAX, () => `the clock stands still at ${this.now}`);
      promise(events <= EVENTS_MAX, () => `there is no end to what happens in ${ms} ms`);
      this.now = Math.max(this.now, next);
      this.#arriveDue();
      for (const party of this.parties) if (party.engine.settle() <= this.now) party.wake();
    }
    this.now = end;
    for (const party of this.parties) party.wake();
  }

  /** Where all is sealed, nothing that is forged counts, but for retries: those can only ask for a token. */
  #changesNothing(datagram: Uint8Array): boolean {
    return this.#sealed !== undefined && this.ledger.onlyHonest && datagram[0] !== RETRY;
  }

  #arriveDue(): void {
    const due = this.flights.filter(({ arrivesAt }) => arrivesAt <= this.now);
    if (due.length === 0) return;
    this.flights = this.flights.filter(({ arrivesAt }) => arrivesAt > this.now);
    for (const flight of due) {
      this.overtake(flight);
      this.arrive(flight);
    }
  }
}

/** Whether a datagram has a number: all but resets and retries. */
function isPacket(datagram: Uint8Array): boolean {
  return datagram[0] !== RESET && datagram[0] !== RETRY;
}

function largestDatagram(datagramBytes: number | 'probe'): number {
  return datagramBytes === 'probe' ? PROBED_DATAGRAM_BYTES_MAX.ipv4 : datagramBytes;
}
