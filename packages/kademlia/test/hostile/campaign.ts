import { RpcError, defineService, type Logger, type WireName } from '@rpcudp/core';
import { contractOf } from '@rpcudp/core/service';
import type { SimulatedEndpoint } from '@rpcudp/core/testing';
import { isNodeId } from '../../src/ids/node-id';
import { LOOKUP_CALLS_MAX, PROVIDERS_MAX } from '../../src/limits';
import type { KademliaNode } from '../../src/node/kademlia-node';
import { immutable, recordKey } from '../../src/records/record';
import type { Contact } from '../../src/table/contact';
import { SimulatedWorld, type Inhabitant } from '../simulated-nodes';
import { Lies, OWNERS, WORDS } from './lies';

const WIRES: readonly WireName[] = ['native', 'rpcudp'];
const HONEST = 5;
const HOSTILE = 25;

/** What a node holds for others here: so little that it is always full. */
const BYTES_MAX = 65_536;

/**
 * How long anything that a node is asked for may take, in milliseconds: a dozen calls that are silent for their 5 s, one after the
 * other, are more than there ever are.
 */
const END_MS_MAX = 60_000;

/** What any node may be asked. What stands behind it takes anything, and gives anything. */
interface Anything {
  ping(...args: unknown[]): unknown;
  stun(...args: unknown[]): unknown;
  store(...args: unknown[]): unknown;
  findNode(...args: unknown[]): unknown;
  findValue(...args: unknown[]): unknown;
  answer(...args: unknown[]): unknown;
  accept(...args: unknown[]): unknown;
}

const Anything = defineService<Anything>('Kademlia', {
  ping: { delivery: 'idempotent' },
  stun: { delivery: 'idempotent' },
  store: { delivery: 'idempotent' },
  findNode: { name: 'find_node', delivery: 'idempotent' },
  findValue: { name: 'find_value', delivery: 'idempotent' },
  answer: { name: 'lookup', delivery: 'idempotent' },
  accept: { name: 'put' },
});

/** How a campaign went. */
export interface CampaignFigures {
  /** Answers of hostile nodes to what honest ones asked. */
  readonly answers: number;
  /** Requests of hostile nodes to honest ones. */
  readonly requests: number;
  /** What honest nodes were asked for by their users, and has ended. */
  readonly actions: number;
  /** The longest of those, in milliseconds. */
  readonly longestMs: number;
  /** The most calls that a lookup has made. */
  readonly callsMost: number;
}

/** Fails unless a promise is kept. */
function promise(kept: boolean, otherwise: () => string): asserts kept {
  if (!kept) throw new Error(otherwise());
}

/** Nodes of a network in which five of six make up what they say. */
export class Campaign {
  readonly #world: SimulatedWorld;
  readonly #hostile: SimulatedEndpoint[] = [];
  readonly #lies: Lies;
  readonly #faults: string[] = [];
  #answers = 0;
  #requests = 0;
  #actions = 0;
  #longestMs = 0;
  #callsMost = 0;

  private constructor(seed: number) {
    this.#world = new SimulatedWorld({ seed, latencyMs: 5, beginsAt: 1_000_000_000_000 });
    const hosts = Array.from({ length: HONEST + HOSTILE }, (_, index) => `10.0.0.${index + 1}`);
    this.#lies = new Lies(this.#world.random, hosts, () => this.#world.ports.wallClock());
  }

  /**
   * Has honest nodes look, store and find among hostile ones until those have answered so often.
   *
   * @throws Error that says which promise was broken
   */
  static async run(seed: number, answers: number): Promise<CampaignFigures> {
    const campaign = new Campaign(seed);
    await campaign.#populate();
    while (campaign.#answers < answers) await campaign.#happen();
    campaign.#checkBothWires();
    await campaign.#heal();
    return campaign.#figures();
  }

  async #populate(): Promise<void> {
    for (let count = 0; count < HONEST; count += 1)
      await this.#world.add({ bytesMax: BYTES_MAX, requestsPerSecond: 1e6 }, { wires: WIRES, logger: this.#logger });
    for (let count = 0; count < HOSTILE; count += 1) this.#addHostile();
    // Who asks is asked back, and so gets into the table.
    for (let round = 0; round < 3; round += 1) {
      for (const endpoint of this.#hostile)
        for (const { node } of this.#world.inhabitants) this.#ask(endpoint, node, 'ping');
      await this.#world.network.advance(2000);
    }
  }

  /** Nothing that comes from elsewhere may be an error that nobody has thought of. */
  get #logger(): Logger {
    const note = (line: string, { event, code }: { readonly event?: unknown; readonly code?: unknown }): void => {
      if (event === 'internal-error' || (event === 'request-failed' && (code === undefined || code === 'INTERNAL')))
        this.#faults.push(line);
    };
    return { debug: note, info: note, warn: note, error: note };
  }

  #addHostile(): void {
    const nothing = (): void => undefined;
    const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    const endpoint = this.#world.bind({ wires: WIRES, logger, handlerTimeoutMs: 60_000 });
    const own = this.#world.random.bytes(20);
    const says = (method: string) => (first: unknown, second: unknown) => this.#say(method, own, first, second);
    endpoint.serve(Anything, {
      ping: says('ping'),
      stun: says('stun'),
      store: says('store'),
      findNode: says('find_node'),
      findValue: says('find_value'),
      answer: says('lookup'),
      accept: says('put'),
    });
    this.#hostile.push(endpoint);
  }

  /** An answer: made up, late, none, or an error. */
  #say(method: string, own: Uint8Array, first: unknown, second: unknown): unknown {
    this.#answers += 1;
    const { random, network } = this.#world;
    const key = (first as { key?: unknown } | undefined)?.key ?? second;
    const answer = this.#lies.answer(method, own, isNodeId(key) ? key : undefined);
    if (random.chance(0.04))
      throw new RpcError(this.#lies.pick(['ABORTED', 'RESOURCE_EXHAUSTED', 'NOT_FOUND']), 'x'.repeat(200));
    if (random.chance(0.02)) return new Promise(() => undefined);
    if (random.chance(0.04))
      return new Promise((resolve) => network.clock.setTimer(this.#lies.below(9000), () => resolve(answer)));
    return answer;
  }

  #ask(from: SimulatedEndpoint, to: KademliaNode, name?: string): void {
    const { address } = this.#world.inhabitants.find(({ node }) => node === to)!.endpoint;
    const methods = [...contractOf(Anything).methods.values()];
    const method = name === undefined ? this.#lies.pick(methods) : methods.find((each) => each.name === name)!;
    const own = this.#world.random.chance(0.5) ? this.#lies.id() : this.#world.random.bytes(20);
    const channel = from.peer(address, { wire: this.#lies.pick(WIRES) });
    this.#requests += 1;
    void channel.call(method, this.#lies.args(method.name, own), { timeoutMs: 1000 }).then(
      () => undefined,
      () => undefined,
    );
  }

  async #happen(): Promise<void> {
    for (let count = this.#lies.below(8); count > 0; count -= 1)
      this.#ask(this.#lies.pick(this.#hostile), this.#world.any().node);
    await this.#ended(this.#act(this.#world.any()));
    if (this.#world.random.chance(0.02)) await this.#world.network.advance(this.#lies.pick([1000, 60_000, 3_600_000]));
    this.#checkHoldings();
  }

  /** Something that a user may do, with what must hold of what comes of it. */
  async #act({ node }: Inhabitant): Promise<void> {
    const word = this.#lies.pick(WORDS);
    const owner = this.#lies.pick(OWNERS);
    const wire = this.#lies.pick(WIRES);
    switch (this.#lies.below(8)) {
      case 0:
        return this.#checkLookup(node, wire);
      case 1:
        await node.set(word, this.#lies.below(9), { wire });
        return undefined;
      case 2:
        await node.get(word, { wire });
        return undefined;
      case 3: {
        const found = await node.getSigned(owner.publicKey, { salt: word });
        const right = (): boolean =>
          !found.found ||
          (this.#lies.isSigned(found.value) && Buffer.compare(found.value.publicKey, owner.publicKey) === 0);
        return promise(right(), () => 'a signed record was found that its owner did not sign');
      }
      case 4: {
        const key = this.#lies.id();
        const found = await node.getImmutable(key);
        const right = (): boolean => !found.found || Buffer.compare(recordKey(immutable(found.value)), key) === 0;
        return promise(right(), () => 'bytes were found that have another hash');
      }
      case 5: {
        const expiresAt = Math.floor(this.#world.ports.wallClock()) + 3_600_000;
        await node.put(
          this.#lies.sign(owner, Buffer.from('true'), { salt: word, seq: this.#lies.below(9), expiresAt }),
        );
        return undefined;
      }
      case 6:
        await node.provide(word);
        return undefined;
      default:
        for await (const contact of node.providers(word)) checkContact(contact);
        return undefined;
    }
  }

  async #checkLookup(node: KademliaNode, wire: WireName): Promise<void> {
    const lookup = node.lookup(this.#lies.id(), { wire, paths: this.#lies.pick([1, 1, 4]) });
    for await (const { contact, heard } of lookup) [contact, ...heard].forEach(checkContact);
    (await lookup.nodes).forEach(checkContact);
    this.#callsMost = Math.max(this.#callsMost, lookup.calls);
    promise(lookup.calls <= LOOKUP_CALLS_MAX, () => `a lookup made ${lookup.calls} calls`);
  }

  /** Lets time pass until something has ended, and no longer than it may take. */
  async #ended(action: Promise<void>): Promise<void> {
    const { network } = this.#world;
    const began = network.clock.now;
    const state = { ended: false };
    const outcome = action.finally(() => (state.ended = true));
    outcome.catch(() => undefined);
    await network.advance(0);
    while (!state.ended && network.clock.now - began <= END_MS_MAX) await network.advance(20);
    promise(state.ended, () => `something has not ended after ${END_MS_MAX} ms`);
    await outcome;
    this.#actions += 1;
    this.#longestMs = Math.max(this.#longestMs, network.clock.now - began);
  }

  /** A campaign that reached one of them alone would show nothing of the other. */
  #checkBothWires(): void {
    for (const wire of WIRES) {
      const answered = this.#world.inhabitants.map(({ node }) => node.stats().wires[wire]!.answered);
      promise(Math.max(...answered) > HONEST, () => `hostile nodes answered nothing on the ${wire} wire`);
    }
  }

  #checkHoldings(): void {
    promise(this.#faults.length === 0, () => `a handler has failed: ${this.#faults[0]}`);
    for (const { node } of this.#world.inhabitants) {
      const { recordBytes, providers, wires } = node.stats();
      promise(recordBytes <= BYTES_MAX, () => `a node holds ${recordBytes} bytes`);
      promise(providers <= PROVIDERS_MAX, () => `a node remembers ${providers} providers`);
      for (const wire of WIRES) {
        const { contacts, suspects } = wires[wire]!;
        // One id for each address that has ever answered: those that were made up are nobody's.
        promise(contacts + suspects <= HONEST + HOSTILE, () => `a node knows ${contacts + suspects} contacts`);
        node.contacts(wire).forEach(checkContact);
      }
    }
    promise(!Object.hasOwn(Object.prototype, 'id'), () => 'Object.prototype was changed');
  }

  /** When the hostile ones have gone, the others are a network as before. */
  async #heal(): Promise<void> {
    const { network, inhabitants } = this.#world;
    for (const endpoint of this.#hostile) endpoint.crash();
    await network.advance(3_600_000);
    for (const wire of WIRES) {
      const [first, last] = [inhabitants[0]!, inhabitants.at(-1)!];
      const set = await network.until(first.node.set('at last', wire, { wire }));
      // On the rpcudp wire nothing proves an id: a liar may have named one of them, even the asker itself, by another one.
      const most = wire === 'native' ? HONEST - 1 : HONEST;
      const { length } = set.holders;
      promise(length >= HONEST - 1 && length <= most, () => `at the end ${length} nodes have stored`);
      const found = await network.until(last.node.get('at last', { wire }));
      promise(found.found && found.value === wire, () => 'at the end a value is not found');
    }
    for (const { node, endpoint } of inhabitants) {
      await node.leave({ handOver: false });
      await network.advance(120_000);
      const { pendingCalls, runningHandlers } = endpoint.stats();
      promise(
        pendingCalls + runningHandlers === 0,
        () => `${pendingCalls} calls and ${runningHandlers} handlers are left`,
      );
    }
    promise(this.#faults.length === 0, () => `a handler has failed: ${this.#faults[0]}`);
  }

  #figures(): CampaignFigures {
    return {
      answers: this.#answers,
      requests: this.#requests,
      actions: this.#actions,
      longestMs: Math.round(this.#longestMs),
      callsMost: this.#callsMost,
    };
  }
}

function checkContact({ id, port, host }: Contact): void {
  promise(isNodeId(id) && Number.isInteger(port) && port > 0 && port < 65_536, () => `a contact is ${host}:${port}`);
  promise(/^\d+\.\d+\.\d+\.\d+$/.test(host), () => `a contact is at ${host}`);
}
