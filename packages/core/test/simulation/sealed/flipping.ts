import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@rpcudp/client';
import type { Address, EndpointStats } from '../../../src/index';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../../src/testing';
import { RESET, RETRY, SEALED_OPENING_PACKET, SEAL_BYTES } from '../../../src/wire/native/packet';
import { METHODS, expectedOf, outcomeOf, type Archive, type Method } from './archive';
import { SealedNetwork, type SealedOptions } from './sealed-network';

/** Of larger datagrams, all bits of header and handshake and of the tag are flipped, and of the rest every so manieth. */
const WHOLE_BYTES_MAX = 100;
const OPENING_HEADER_BYTES = 160;
const PLAIN_HEADER_BYTES = 13;
const BODY_STEP_BITS = 13;

export function flipped(datagram: Uint8Array, bit: number): Uint8Array {
  const copy = datagram.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

function bitsOf(datagram: Uint8Array): number[] {
  const { length } = datagram;
  const headerBytes = datagram[0] === SEALED_OPENING_PACKET ? OPENING_HEADER_BYTES : PLAIN_HEADER_BYTES;
  const isSampled = (bit: number): boolean =>
    bit < 8 * headerBytes || bit >= 8 * (length - SEAL_BYTES) || bit % BODY_STEP_BITS === 0;
  const all = Array.from({ length: 8 * length }, (_, bit) => bit);
  return length <= WHOLE_BYTES_MAX ? all : all.filter(isSampled);
}

/** What must be the same before and after a datagram that is not genuine. */
function stateOf(endpoint: SimulatedEndpoint): unknown {
  const { calls, requests, pendingCalls, runningHandlers, peers } = endpoint.stats();
  return { calls, requests, pendingCalls, runningHandlers, peers: [...peers] };
}

function droppedBy({ dropped }: EndpointStats): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0);
}

/** A network on which flipped copies arrive before each datagram: all that there are, one after the other. */
export class Flipping {
  readonly sealed: SealedNetwork;
  readonly caller: SimulatedEndpoint;
  readonly client: Client<Archive>;
  /** By the first byte of the genuine datagram, how many copies arrived. */
  readonly copies = new Map<number, number>();
  /** What a datagram with one bit flipped has done, and must not. */
  readonly violations: string[] = [];
  bytesIn = 0;
  bytesOut = 0;
  #flips: (datagram: Uint8Array) => boolean;

  /** @param flips Which datagrams are flipped. Default: all but retries, which prove nothing. */
  constructor(options: SealedOptions, flips = (datagram: Uint8Array): boolean => datagram[0] !== RETRY) {
    this.sealed = new SealedNetwork(options);
    this.caller = this.sealed.bindCaller();
    this.client = this.sealed.clientOf(this.caller);
    this.#flips = flips;
    this.sealed.network.arrived = (datagram, to, from) => this.#arrived(datagram, to, from);
  }

  /** A call of each kind, one of them in parts each way; gives which have run once, and ended as ever. */
  async callAll(): Promise<Method[]> {
    const { network, archive } = this.sealed;
    const right = new Set<Method>();
    for (const [id, method] of METHODS.entries()) {
      const text = method === 'deposit' ? 'much '.repeat(400) : 'little';
      const outcome = await network.until(outcomeOf(this.client, method, id, text));
      if (outcome === expectedOf(method, text)) right.add(method);
    }
    await network.advance(100);
    return METHODS.filter((method, id) => right.has(method) && archive.runs.get(id) === 1);
  }

  #arrived(datagram: Uint8Array, to: Address, from: Address): void {
    if (!this.#flips(datagram)) return;
    const { network, server, sent } = this.sealed;
    const receiver = to.host === server.address.host ? server : this.caller;
    const [state, dropped, had] = [stateOf(receiver), droppedBy(receiver.stats()), sent.length];
    const bits = bitsOf(datagram);
    for (const bit of bits) {
      // Past what looks at arrivals: this is no datagram whose bits are to be flipped in turn.
      SimulatedNetwork.prototype.inject.call(network, flipped(datagram, bit), from, to);
      this.bytesIn += datagram.length;
    }
    if (!isDeepStrictEqual(stateOf(receiver), state)) this.violations.push('the state of its receiver has changed');
    const counted = droppedBy(receiver.stats()) - dropped;
    if (counted !== bits.length) this.violations.push(`${bits.length} copies came, and ${counted} were counted`);
    for (const { datagram: answer } of sent.slice(had)) {
      if (answer[0] !== RESET && answer[0] !== RETRY) this.violations.push(`it was answered by ${answer.length} bytes`);
      this.bytesOut += answer.length;
    }
    const type = datagram[0]!;
    this.copies.set(type, (this.copies.get(type) ?? 0) + bits.length);
  }
}
