import { formatAddress, type Address } from '../../src/index';
import { SimulatedNetwork } from '../../src/testing';

/** A datagram as it arrives. */
interface Arrival {
  readonly datagram: Uint8Array;
  readonly from: Address;
  readonly to: Address;
}

/**
 * A simulated network with what stands between endpoints and changes addresses, or holds datagrams up. An endpoint knows only
 * the address that it is bound at.
 */
export class ReroutedNetwork extends SimulatedNetwork {
  /** Sees every datagram that arrives, with the addresses that its receiver sees. */
  arrived: ((datagram: Uint8Array, to: Address, from: Address) => void) | undefined;
  /** The address that is bound, by the text of each address that leads there. */
  readonly #inside = new Map<string, Address>();
  /** Where the datagrams of an endpoint seem to come from, in turn, by the text of its own address. */
  readonly #outside = new Map<string, Address[]>();
  /** What has arrived at endpoints that do not read, by the text of their addresses. */
  readonly #held = new Map<string, Arrival[]>();

  /** What is sent to `alias` arrives at `address`, which answers from `address`: a server with several addresses. */
  alias(alias: Address, address: Address): void {
    this.#inside.set(formatAddress(alias), address);
  }

  /** What is sent from `inside` comes from these in turn, and what is sent to any of them arrives at `inside`: a NAT. */
  translate(inside: Address, outside: readonly Address[]): void {
    this.#outside.set(formatAddress(inside), [...outside]);
    for (const address of outside) this.alias(address, inside);
  }

  /** What arrives at an address from now on waits until it is read. */
  hold(address: Address): void {
    this.#held.set(formatAddress(address), []);
  }

  /** Lets all that has waited be read at once, in its order. */
  release(address: Address): void {
    const key = formatAddress(address);
    const held = this.#held.get(key) ?? [];
    this.#held.delete(key);
    for (const { datagram, from, to } of held) super.inject(datagram, from, to);
  }

  override inject(datagram: Uint8Array, from: Address, to: Address): void {
    const arrival = { datagram, from: this.#seenAs(from), to: this.#inside.get(formatAddress(to)) ?? to };
    const held = this.#held.get(formatAddress(arrival.to));
    if (held !== undefined) return void held.push(arrival);
    this.arrived?.(datagram, arrival.to, arrival.from);
    super.inject(datagram, arrival.from, arrival.to);
  }

  #seenAs(from: Address): Address {
    const outside = this.#outside.get(formatAddress(from));
    if (outside === undefined) return from;
    const next = outside.shift()!;
    outside.push(next);
    return next;
  }
}
