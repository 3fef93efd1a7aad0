import type { Address } from '../../../address.js';
import {
  CROWDED_SHARE,
  ESTABLISHED_AFTER_MS,
  HOST_CALLS_PER_SECOND_MAX,
  HOST_HANDSHAKES_PER_SECOND_MAX,
  HOST_SHARE_MAX,
  NETWORK_CALLS_PER_SECOND_MAX,
  NETWORK_HANDSHAKES_PER_SECOND_MAX,
  NETWORK_SHARE_MAX,
  NEWCOMERS_SHARE,
  OVERLOAD_RETRY_MS,
} from '../../../native-limits.js';
import type { Millis } from '../../engine.js';
import { Holding, type Bounded } from './holding.js';
import type { Load } from './load.js';
import { Rate } from './rate.js';
import { Sources } from './sources.js';
import type { Standing } from './standing.js';

/** How much all peers of an endpoint may have of it together. */
export type Maxima = Readonly<Record<Bounded, number>>;

/**
 * Shares out what an endpoint has: docs/protocol.md §5.9. While there is enough, everybody gets what they want, and this costs a
 * few comparisons. Where most is taken, no host and no network gets more than a part.
 */
export class Quotas {
  readonly total = new Holding();
  readonly #maxima: Maxima;
  readonly #load: Load;
  readonly #hosts = new Sources('host');
  readonly #networks = new Sources('network');
  readonly #handlersCrowdedFrom: number;
  readonly #queueCrowdedFrom: number;

  constructor(maxima: Maxima, load: Load) {
    this.#maxima = maxima;
    this.#load = load;
    this.#handlersCrowdedFrom = maxima.handlers * CROWDED_SHARE;
    this.#queueCrowdedFrom = maxima.queuedBytes * CROWDED_SHARE;
  }

  /** An association has been made. */
  opened(): void {
    this.total.associations += 1;
  }

  /** The address where an association is now has been proven: what it has counts there from now on. */
  proved(standing: Standing, address: Address, now: Millis): void {
    standing.address = address;
    if (standing.trust === 'dialled') return;
    const isFirst = standing.trust === 'stranger';
    if (!isFirst) this.#leave(standing);
    standing.trust = 'proven';
    standing.host = this.#hosts.enter(address.host);
    standing.network = this.#networks.enter(address.host);
    standing.host.add(standing);
    standing.network.add(standing);
    if (!isFirst) return;
    standing.provenAt = now;
    standing.surplus = true;
    this.#isSurplus(standing, now);
  }

  /** An association has ended. */
  ended(standing: Standing): void {
    this.total.associations -= 1;
    if (standing.trust === 'proven') this.#leave(standing);
  }

  /** More handlers run for an association, or fewer, and more bytes are kept for it, or fewer. */
  use(standing: Standing, handlers: number, queuedBytes: number): void {
    const { total } = this;
    const { host, network } = standing;
    total.handlers += handlers;
    total.queuedBytes += queuedBytes;
    standing.handlers += handlers;
    standing.queuedBytes += queuedBytes;
    host.handlers += handlers;
    host.queuedBytes += queuedBytes;
    network.handlers += handlers;
    network.queuedBytes += queuedBytes;
  }

  /** More bytes of unfinished messages are held for an association, or fewer. */
  hold(standing: Standing, bytes: number): void {
    for (const each of [this.total, standing, standing.host, standing.network]) each.reassemblyBytes += bytes;
  }

  /** Whether so much more may be held of unfinished messages. @param asked Whether this side has asked for them. */
  mayHold(standing: Standing, bytes: number, asked: boolean, now: Millis): boolean {
    if (this.total.reassemblyBytes + bytes > this.#maxima.reassemblyBytes) return false;
    return asked || !this.#isOver(standing, 'reassemblyBytes', bytes, now);
  }

  /** Whether so many bytes are queued that they are shared out. */
  get queueCrowded(): boolean {
    return this.total.queuedBytes >= this.#queueCrowdedFrom;
  }

  /** In how many milliseconds a call that has come should be tried again; 0 if it may run. */
  callWaitMs(standing: Standing, now: Millis): Millis {
    const { handlers, queuedBytes } = this.total;
    const crowded = handlers >= this.#handlersCrowdedFrom || queuedBytes >= this.#queueCrowdedFrom;
    if (!crowded && now >= this.#load.highUntil && !standing.surplus) return 0;
    if (crowded) this.#load.press(now);
    return this.#waitUnderLoadMs(standing, now);
  }

  /** In how many milliseconds an address that is proven may open another association; 0 if it may now. Only under load. */
  handshakeWaitMs({ host: name }: Address, now: Millis): Millis {
    const host = this.#hosts.of(name);
    const network = this.#networks.of(name);
    host.handshakes ??= new Rate(HOST_HANDSHAKES_PER_SECOND_MAX, now);
    network.handshakes ??= new Rate(NETWORK_HANDSHAKES_PER_SECOND_MAX, now);
    return takeBoth(host.handshakes, network.handshakes, 0, now);
  }

  #leave(standing: Standing): void {
    const { host, network } = standing;
    host.subtract(standing);
    network.subtract(standing);
    this.#hosts.leave(host);
    this.#networks.leave(network);
  }

  #waitUnderLoadMs(standing: Standing, now: Millis): Millis {
    const { total } = this;
    const { handlers, queuedBytes } = this.#maxima;
    if (total.handlers >= handlers || total.queuedBytes >= queuedBytes) return OVERLOAD_RETRY_MS;
    if (this.#isOver(standing, 'handlers', 1, now)) return OVERLOAD_RETRY_MS;
    if (this.#isOver(standing, 'queuedBytes', 1, now)) return OVERLOAD_RETRY_MS;
    if (this.#isSurplus(standing, now)) return OVERLOAD_RETRY_MS;
    if (standing.trust !== 'proven' || now >= this.#load.highUntil) return 0;
    const { host, network } = standing;
    host.calls ??= new Rate(HOST_CALLS_PER_SECOND_MAX, now);
    network.calls ??= new Rate(NETWORK_CALLS_PER_SECOND_MAX, now);
    return takeBoth(host.calls, network.calls, isEstablished(standing, now) ? 0 : 1 - NEWCOMERS_SHARE, now);
  }

  /** Whether most is taken, and with so much more an association's host or network would have more than its part. */
  #isOver(standing: Standing, bounded: Bounded, amount: number, now: Millis): boolean {
    const max = this.#maxima[bounded];
    if (standing.trust === 'dialled' || this.total[bounded] < max * CROWDED_SHARE) return false;
    if (standing.trust === 'stranger') return true;
    const part = isEstablished(standing, now) ? max : max * NEWCOMERS_SHARE;
    const { host, network } = standing;
    return (
      host[bounded] + amount > Math.max(1, part * HOST_SHARE_MAX) ||
      network[bounded] + amount > Math.max(1, part * NETWORK_SHARE_MAX)
    );
  }

  /** Looks again whether an association is one too many. */
  #isSurplus(standing: Standing, now: Millis): boolean {
    if (!standing.surplus) return false;
    if (this.#isOver(standing, 'associations', 1, now)) return true;
    standing.surplus = false;
    for (const each of [standing, standing.host, standing.network]) each.associations += 1;
    return false;
  }
}

/** Whether a peer has been here for a while. */
function isEstablished({ provenAt }: Standing, now: Millis): boolean {
  return now - provenAt >= ESTABLISHED_AFTER_MS;
}

/** @param kept The share of a second that has to be left over. */
function takeBoth(host: Rate, network: Rate, kept: number, now: Millis): Millis {
  const waitMs = Math.max(host.waitMs(kept * host.perSecond, now), network.waitMs(kept * network.perSecond, now));
  if (waitMs > 0) return waitMs;
  host.take();
  network.take();
  return 0;
}
