import type { EndpointOptions } from '@rpcudp/core/endpoint';
import type { Address } from '@rpcudp/core';
import { SeededRandom, SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '@rpcudp/core/testing';
import { KademliaNode } from '../src/node/kademlia-node';
import type { KademliaOptions } from '../src/node/options';
import type { KademliaPorts } from '../src/node/ports';
import type { NodeId } from '../src/ids/node-id';
import { compareDistance } from '../src/ids/node-id';

/** A node on a {@link SimulatedWorld}. */
export interface Inhabitant {
  readonly node: KademliaNode;
  readonly endpoint: SimulatedEndpoint;
}

/** Nodes on a simulated network, each on a host of its own. */
export class SimulatedWorld {
  readonly network: SimulatedNetwork;
  readonly inhabitants: Inhabitant[] = [];
  readonly random: SeededRandom;
  datagrams = 0;
  #hosts = 0;

  constructor(conditions: NetworkConditions = {}) {
    this.network = new SimulatedNetwork({ latencyMs: 25, ...conditions });
    this.random = new SeededRandom((conditions.seed ?? 1) + 1);
    this.network.tap = () => void (this.datagrams += 1);
  }

  get ports(): KademliaPorts {
    const { clock, conditions } = this.network;
    return {
      now: () => clock.now,
      wallClock: () => conditions.beginsAt + clock.now,
      random: (length) => this.random.bytes(length),
      setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
    };
  }

  /** An endpoint on a host of its own. */
  bind(options: EndpointOptions = {}): SimulatedEndpoint {
    this.#hosts += 1;
    const host = `10.${this.#hosts >> 16}.${(this.#hosts >> 8) & 255}.${this.#hosts & 255}`;
    return this.network.bind({ host, port: 8468, wires: ['rpcudp'], ...options });
  }

  /** Joins a node by way of one that is there, if there is one. */
  add(options: KademliaOptions = {}, endpointOptions: EndpointOptions = {}): Promise<Inhabitant> {
    return this.network.until(this.enter(options, endpointOptions));
  }

  /** The same, while somebody else lets time pass: so that several join at once. */
  async enter(options: KademliaOptions, endpointOptions: EndpointOptions): Promise<Inhabitant> {
    const endpoint = this.bind(endpointOptions);
    const first = this.inhabitants[Math.floor(this.random.next() * this.inhabitants.length)];
    const bootstrap = first === undefined ? [] : [first.endpoint.address];
    const node = await KademliaNode.join(endpoint, { ports: this.ports, bootstrap, ...options });
    const inhabitant = { node, endpoint };
    this.inhabitants.push(inhabitant);
    return inhabitant;
  }

  /** One of them, by chance. */
  any(): Inhabitant {
    return this.inhabitants[Math.floor(this.random.next() * this.inhabitants.length)]!;
  }

  /** Vanishes, as a process that is killed. */
  kill(inhabitant: Inhabitant): void {
    this.inhabitants.splice(this.inhabitants.indexOf(inhabitant), 1);
    inhabitant.endpoint.crash();
    void inhabitant.node.leave({ handOver: false });
  }

  /** The addresses of the k nodes nearest to a target, nearest first. */
  nearest(target: NodeId, k: number, but: KademliaNode): string[] {
    const others = this.inhabitants.filter(({ node }) => node !== but);
    others.sort((a, b) => compareDistance(target, a.node.id, b.node.id));
    return others.slice(0, k).map(({ endpoint: { address } }) => textOf(address));
  }

  /** Ends everything. */
  async close(): Promise<void> {
    for (const { node, endpoint } of this.inhabitants) {
      await node.leave({ handOver: false });
      await endpoint.close();
    }
  }
}

/** An address as contacts have it. */
export function textOf({ host, port }: Address): string {
  return `${host}:${port}`;
}
