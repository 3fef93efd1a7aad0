import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineService, messagePack, RpcMethod, RpcService, rpcContext, type RpcChannel } from '@rpcudp/core';
import { contractOf } from '@rpcudp/core/service';
import { generateKeyPair, loadCrypto } from '@rpcudp/core/security';
import type { SimulatedEndpoint } from '@rpcudp/core/testing';
import { compareDistance, idText, type NodeId } from '../src/ids/node-id';
import { digestOf } from '../src/ids/key';
import {
  BURST_SECONDS,
  CALL_MS_MAX,
  HANDOVERS_MAX,
  LEAVE_MS,
  NEAREST_MS,
  PATIENCE_MS_INITIAL,
  PROVIDER_MS,
  RECORD_MS_MAX,
  REFRESH_MS,
  REJOIN_MS,
  REJOIN_MS_MAX,
  REPUBLISH_MS,
  REQUESTS_PER_SECOND,
  SAVED_CONTACTS_MAX,
  SAVE_MS,
  SETTLE_CONTACTS,
  SETTLE_MS,
  STATE_BYTES_MAX,
  STORES_PER_SECOND,
  VERIFICATIONS_MAX,
} from '../src/limits';
import { KademliaNode } from '../src/node/kademlia-node';
import { addressesOf } from '../src/node/options';
import { isBetter, Selects } from '../src/node/selectors';
import { isWanted, Validates } from '../src/node/validators';
import { readState } from '../src/node/saved-state';
import { fileState, type StateStore } from '../src/node/state-store';
import { immutable, recordKey, signed, type SignedRecord } from '../src/records/record';
import { signingKeys } from '../src/records/signing-keys';
import { TOKEN_BYTES } from '../src/records/tokens';
import { SimulatedWorld, type Inhabitant } from './simulated-nodes';

const KEYS = signingKeys(new Uint8Array(32).fill(9));
const HOUR = 3_600_000;
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const NATIVE = { wires: ['native'] } as const;

/** Twelve nodes, so that each is near to every key. */
async function villageOf(wires: readonly ('native' | 'rpcudp')[], size = 12, options = {}): Promise<SimulatedWorld> {
  const world = new SimulatedWorld({ seed: 3, beginsAt: 0 });
  for (let count = 0; count < size; count += 1) await world.add(options, { wires });
  await world.network.advance(2000);
  return world;
}

/** Calls a method of a node as a stranger does. */
async function callAs(world: SimulatedWorld, channel: RpcChannel, property: string, args: unknown[]): Promise<unknown> {
  const method = contractOf(KademliaNode).methods.get(property)!;
  const call = channel.call(method, args, { timeoutMs: 500 });
  try {
    const reply = await world.network.until(call);
    return reply.received ? reply.value : 'silence';
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

describe('records on the native wire', () => {
  let world: SimulatedWorld;
  const expiresIn = (ms: number): number => Math.floor(world.network.clock.now) + ms;
  const until = <T>(promise: PromiseLike<T>): Promise<T> => world.network.until(promise);
  beforeEach(async () => {
    world = await villageOf(['native']);
  });
  afterEach(() => world.close());

  test('bytes are found by their hash, larger than any datagram', async () => {
    const record = immutable(new Uint8Array(100_000).fill(7));
    const { stored, holders } = await until(world.any().node.put(record));
    expect([stored, holders.length]).toEqual([true, 11]);
    expect(await until(world.any().node.getImmutable(recordKey(record)))).toMatchObject({
      found: true,
      value: record.value,
    });
    expect(await until(world.any().node.getImmutable(digestOf('nothing')))).toEqual({ found: false });
  });

  test('the newest signed record is found, by salt, and whoever holds an older one is given it', async () => {
    const [one, two] = [1, 2].map((seq) =>
      signed(KEYS, bytesOf(`v${seq}`), { salt: 'a', seq, expiresAt: expiresIn(HOUR) }),
    );
    await until(world.any().node.put(one!));
    const missed = world.inhabitants[0]!;
    world.network.disconnect(missed.endpoint);
    await until(world.inhabitants[1]!.node.put(two!));
    world.network.connect(missed.endpoint);
    const found = await until(world.inhabitants[2]!.node.getSigned(KEYS.publicKey, { salt: 'a' }));
    expect(found).toMatchObject({ found: true, value: { seq: 2 } });
    await world.network.advance(2000);
    // Its own copy is the newer one by now: it can answer alone.
    for (const other of world.inhabitants.slice(1)) world.network.disconnect(other.endpoint);
    expect(await until(missed.node.getSigned(KEYS.publicKey, { salt: 'a' }))).toMatchObject({ value: { seq: 2 } });
    for (const other of world.inhabitants.slice(1)) world.network.connect(other.endpoint);
    expect(await until(missed.node.getSigned(KEYS.publicKey))).toEqual({ found: false });
  });

  test('an older record is refused by all, and cas by those that hold another one', async () => {
    const record = (seq: number): SignedRecord => signed(KEYS, bytesOf('v'), { seq, expiresAt: expiresIn(HOUR) });
    await until(world.any().node.put(record(5)));
    expect(await until(world.any().node.put(record(4)))).toEqual({
      stored: false,
      holders: [],
      refusals: { older: 11 },
    });
    expect((await until(world.any().node.put(record(6), { cas: 4 }))).refusals).toEqual({ conflict: 11 });
    expect((await until(world.any().node.put(record(6), { cas: 5 }))).holders).toHaveLength(11);
  });

  test('what no node would take is refused before it is sent', async () => {
    const { node } = world.any();
    const record = signed(KEYS, bytesOf('v'), { seq: 1, expiresAt: expiresIn(HOUR) });
    await expect(node.put({ ...record, seq: 2 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const late = signed(KEYS, bytesOf('v'), { seq: 1, expiresAt: expiresIn(2 * RECORD_MS_MAX) });
    await expect(node.put(late)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(node.put(signed(KEYS, bytesOf('v'), { seq: 1, expiresAt: 0 }))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  test('a record ends on time everywhere, though its holders have republished it every hour', async () => {
    const record = signed(KEYS, bytesOf('v'), { seq: 1, expiresAt: expiresIn(5 * HOUR) });
    const bytes = immutable(bytesOf('w'));
    await until(world.any().node.put(record));
    await until(world.any().node.put(bytes, { ttlMs: 5 * HOUR }));
    const expired: number[] = [];
    for (const { node } of world.inhabitants) node.on('expired', () => expired.push(world.network.clock.now));
    // Newcomers get copies, with the time that they have left.
    const { node } = await world.add({}, NATIVE);
    await world.network.advance(4.9 * HOUR);
    expect(node.stats().records).toBe(2);
    expect(await until(node.getImmutable(recordKey(bytes)))).toMatchObject({ found: true });
    await world.network.advance(0.2 * HOUR);
    expect(await until(node.getSigned(KEYS.publicKey))).toEqual({ found: false });
    expect(await until(node.getImmutable(recordKey(bytes)))).toEqual({ found: false });
    for (const each of world.inhabitants) expect(each.node.stats().records).toBe(0);
    expect(expired.every((at) => at >= 5 * HOUR && at < 5.1 * HOUR)).toBe(true);
    expect(REPUBLISH_MS).toBe(HOUR);
  });

  test('who provides something is found, and is so only as long as it says so', async () => {
    const [first, second] = world.inhabitants as [Inhabitant, Inhabitant];
    const providersOf = async (from: Inhabitant): Promise<string[]> => {
      const found: string[] = [];
      const read = async (): Promise<void> => {
        for await (const { host } of from.node.providers('room-7')) found.push(host);
      };
      await until(read());
      return found.sort();
    };
    expect((await until(first.node.provide('room-7'))).stored).toBe(true);
    await until(second.node.provide('room-7'));
    expect(await providersOf(world.inhabitants[5]!)).toEqual(['10.0.0.1', '10.0.0.2']);
    second.node.stopProviding('room-7');
    await world.network.advance(PROVIDER_MS + HOUR);
    expect(await providersOf(world.inhabitants[5]!)).toEqual(['10.0.0.1']);
  });

  test('nothing is stored without the token that the very address got', async () => {
    const [target] = world.inhabitants;
    const [stranger, other] = [world.bind(NATIVE), world.bind(NATIVE)].map((each) =>
      each.peer(target!.endpoint.address),
    );
    const put = { record: immutable(bytesOf('x')) };
    const answer = (await callAs(world, stranger!, 'answer', [{ key: digestOf('x'), want: 'nodes' }])) as {
      token: Uint8Array;
    };
    expect(await callAs(world, other!, 'accept', [put, answer.token])).toBe('PERMISSION_DENIED');
    expect(await callAs(world, stranger!, 'accept', [put, new Uint8Array(TOKEN_BYTES)])).toBe('PERMISSION_DENIED');
    expect(await callAs(world, stranger!, 'accept', [put, answer.token.subarray(1)])).toBe('INVALID_ARGUMENT');
    expect(await callAs(world, stranger!, 'accept', [put, answer.token])).toEqual({ outcome: 'stored' });
    const forged = { ...signed(KEYS, bytesOf('v'), { seq: 1, expiresAt: expiresIn(HOUR) }), seq: 9 };
    expect(await callAs(world, stranger!, 'accept', [{ record: forged }, answer.token])).toEqual({ outcome: 'forged' });
    expect(await callAs(world, stranger!, 'store', [new Uint8Array(20), new Uint8Array(20), 1])).toBe(
      'FAILED_PRECONDITION',
    );
  });

  test('a client finds and stores, and nobody remembers it', async () => {
    const { node, endpoint } = await world.add({ client: true }, NATIVE);
    expect((await until(node.set('k', 'v'))).holders).toHaveLength(12);
    expect(await until(node.get('k'))).toMatchObject({ found: true, value: 'v' });
    await world.network.advance(10_000);
    const known = world.inhabitants.flatMap((each) => each.node.contacts()).map(({ host }) => host);
    expect(known).not.toContain(endpoint.address.host);
  });
});

describe('both wires at once', () => {
  test('each is a network of its own, with one id and one socket', async () => {
    const world = await villageOf(['native', 'rpcudp']);
    const { node } = world.any();
    await world.network.advance(2 * SETTLE_MS);
    expect(node.contacts('native').length).toBeGreaterThanOrEqual(SETTLE_CONTACTS);
    expect(node.contacts('rpcudp').length).toBeGreaterThanOrEqual(SETTLE_CONTACTS);
    await world.network.until(node.set('k', 'for Python'));
    await world.network.until(node.set('k', 'for ours', { wire: 'native' }));
    // The records are those of one store: the last one wins.
    expect(await world.network.until(world.any().node.get('k'))).toMatchObject({ value: 'for ours' });
    await world.close();
  });

  test('a node of one wire has no part in the network of the other', async () => {
    const world = await villageOf(['rpcudp'], 2);
    const { node } = world.any();
    await expect(node.put(immutable(bytesOf('x')))).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(() => node.contacts('native')).toThrow('takes no part');
    await world.close();
  });

  test('the methods of the native wire refuse on the rpcudp wire, where nothing is proven', async () => {
    const world = await villageOf(['native', 'rpcudp'], 2);
    const channel = world.bind().peer(world.inhabitants[0]!.endpoint.address);
    expect(await callAs(world, channel, 'answer', [{ key: digestOf('x'), want: 'nodes' }])).toBe('silence');
    await world.close();
  });
});

describe('strangers', () => {
  test('who asks from a forged address is asked back, and never becomes a contact; VERIFICATIONS_MAX at once', async () => {
    const world = await villageOf(['rpcudp'], 1);
    const [{ node, endpoint }] = world.inhabitants as [Inhabitant];
    const codec = messagePack();
    for (let index = 0; index < 3 * VERIFICATIONS_MAX; index += 1) {
      const request = codec.encode(['ping', [world.random.bytes(20)]]);
      const datagram = Buffer.concat([Buffer.of(0), world.random.bytes(20), request]);
      world.network.inject(datagram, { host: `10.9.0.${index}`, port: 5 }, endpoint.address);
    }
    await world.network.advance(CALL_MS_MAX + 5000);
    expect(node.stats().wires.rpcudp).toMatchObject({ contacts: 0, suspects: 0, verifications: VERIFICATIONS_MAX });
    await world.close();
  });

  test('cannot have a forged address flooded by the answers of find_node, which are twelve times what was asked', async () => {
    const world = await villageOf(['rpcudp'], 25);
    const [{ node, endpoint }] = world.inhabitants as [Inhabitant];
    // It knows so many that its answers are full.
    for (const key of ['a', 'b', 'c']) await world.network.until(node.lookup(key).nodes);
    const victim = { host: '10.9.0.1', port: 5 };
    let [asked, heard, largest] = [0, 0, 0];
    world.network.tap = (datagram, to) => {
      if (to.host !== victim.host) return;
      heard += datagram.length;
      largest = Math.max(largest, datagram.length);
    };
    const codec = messagePack();
    for (let tenth = 0; tenth < 10; tenth += 1) {
      for (let count = 0; count < 300; count += 1) {
        const request = codec.encode(['find_node', [world.random.bytes(20), world.random.bytes(20)]]);
        const datagram = Buffer.concat([Buffer.of(0), world.random.bytes(20), request]);
        asked += datagram.length;
        world.network.inject(datagram, victim, endpoint.address);
      }
      await world.network.advance(100);
    }
    expect(largest).toBeGreaterThan((9 * asked) / 3000);
    // 256 KiB at once, and as many in a second: docs/rpcudp-wire.md §4.1.
    expect(heard).toBeLessThanOrEqual(3 * asked + 2 * 262_144);
    expect(heard).toBeLessThan((largest * 3000) / 2);
    await world.close();
  });

  test('a source gets REQUESTS_PER_SECOND, and STORES_PER_SECOND of them may store', async () => {
    const world = await villageOf(['rpcudp'], 1, { requestsPerSecond: 20, storesPerSecond: 2 });
    const [{ node, endpoint }] = world.inhabitants as [Inhabitant];
    const channel = world.bind().peer(endpoint.address);
    const burst = async (property: string, args: (index: number) => unknown[], count: number): Promise<number> => {
      let answered = 0;
      const method = contractOf(KademliaNode).methods.get(property)!;
      const calls = Array.from({ length: count }, (_, index) => channel.call(method, args(index), { timeoutMs: 200 }));
      for (const call of calls) if ((await world.network.until(call)).received) answered += 1;
      return answered;
    };
    const key = (index: number): NodeId => digestOf(index);
    expect(await burst('store', (index) => [new Uint8Array(20), key(index), index], 30)).toBe(2 * BURST_SECONDS);
    expect(node.stats().records).toBe(2 * BURST_SECONDS);
    expect(await burst('ping', () => [new Uint8Array(20)], 200)).toBeLessThanOrEqual(20 * BURST_SECONDS);
    expect([REQUESTS_PER_SECOND, STORES_PER_SECOND]).toEqual([1000, 100]);
    await world.close();
  });

  test('nodes that answer anything at all stop no lookup, and are no reason to throw', async () => {
    const world = await villageOf(['rpcudp'], 8);
    const answers: unknown[] = [
      null,
      'abc',
      7,
      true,
      {},
      { value: [] },
      { value: null },
      [[1]],
      [[new Uint8Array(20), '10.0.0.1']],
      [[new Uint8Array(20), '10.0.0.1', 99_999]],
      [[new Uint8Array(20), 'localhost', 5]],
      new Array(500).fill([]),
      [[digestOf('ghost'), '10.200.0.1', 9]],
    ];
    const Hostile = defineService<{ ping(id: Uint8Array): unknown; findNode(): unknown; findValue(): unknown }>(
      'Hostile',
      {
        ping: {},
        findNode: { name: 'find_node' },
        findValue: { name: 'find_value' },
      },
    );
    for (const [index, answer] of answers.entries()) {
      const endpoint = world.bind();
      const ownId = digestOf(`hostile ${index}`);
      endpoint.serve(Hostile, { ping: () => ownId, findNode: () => answer, findValue: () => answer });
      // It makes itself known.
      const channel = endpoint.peer(world.inhabitants[index % 8]!.endpoint.address);
      await callAs(world, channel, 'findNode', [ownId, ownId]);
    }
    await world.network.advance(3000);
    await world.network.until(world.any().node.set('k', 'v'));
    for (let count = 0; count < 10; count += 1) {
      expect(await world.network.until(world.any().node.get('k', { quorum: 1 }))).toMatchObject({ value: 'v' });
      expect((await world.network.until(world.any().node.lookup(`k ${count}`).nodes)).length).toBeGreaterThan(8);
    }
    await world.close();
  });

  test('a value that Python cannot hold is not stored', async () => {
    const world = await villageOf(['rpcudp'], 1);
    const [{ node, endpoint }] = world.inhabitants as [Inhabitant];
    await expect(node.set('k', [] as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const channel = world.bind().peer(endpoint.address);
    expect(await callAs(world, channel, 'store', [new Uint8Array(20), digestOf('k'), ['a list']])).toBe('silence');
    expect(node.stats().records).toBe(0);
    await world.close();
  });
});

describe('a node that', () => {
  const memory = (): StateStore & { saved: Uint8Array | undefined } => ({
    saved: undefined,
    load() {
      return Promise.resolve(this.saved);
    },
    save(state) {
      this.saved = state;
      return Promise.resolve();
    },
  });

  test('was restarted has its id, its records and its contacts again', async () => {
    const world = await villageOf(['rpcudp'], 5);
    const state = memory();
    const { node, endpoint } = await world.add({ state });
    await world.network.until(world.inhabitants[0]!.node.set('k', 'v'));
    expect(node.stats().records).toBe(1);
    await world.network.until(node.leave({ handOver: false }));
    await endpoint.close();
    world.inhabitants.pop();
    // Without bootstrap: by the contacts that were saved.
    const again = await world.network.until(KademliaNode.join(world.bind(), { ports: world.ports, state }));
    expect(idText(again.id)).toBe(idText(node.id));
    expect(again.stats().records).toBe(1);
    expect(again.contacts().length).toBeGreaterThanOrEqual(4);
    await world.network.until(again.leave());
    await world.close();
  });

  test('runs on saves its state every SAVE_MS', async () => {
    const world = await villageOf(['rpcudp'], 2);
    const state = memory();
    const { node } = await world.add({ state });
    await world.network.advance(SAVE_MS + 15_000);
    expect(readState(state.saved!)).toMatchObject({ id: node.id });
    expect(SAVED_CONTACTS_MAX).toBeGreaterThan(100);
    await world.close();
  });

  test('gets a state that is none begins anew', () => {
    const encode = (value: unknown): Uint8Array => messagePack().encode(value);
    for (const state of [
      bytesOf('no state'),
      encode(7),
      encode({ version: 2, id: new Uint8Array(20) }),
      encode({ version: 1, id: 'x' }),
    ])
      expect(readState(state)).toBeUndefined();
    const broken = {
      version: 1,
      id: new Uint8Array(20),
      contacts: { rpcudp: [1, [2]] },
      records: [{ record: 7 }, 'x'],
    };
    expect(readState(encode(broken))).toMatchObject({ records: [] });
  });

  test('leaves gives what it holds to others, and answers nobody any more', async () => {
    const world = await villageOf(['rpcudp'], 25);
    const { node, endpoint } = world.inhabitants[3]!;
    // Only this one has it.
    const channel = world.bind().peer(endpoint.address);
    await callAs(world, channel, 'store', [new Uint8Array(20), digestOf('k'), 'v']);
    await world.network.until(node.leave());
    expect(await callAs(world, channel, 'ping', [new Uint8Array(20)])).toBe('silence');
    expect(await world.network.until(world.inhabitants[9]!.node.get('k'))).toMatchObject({ found: true, value: 'v' });
    await expect(node.get('k')).rejects.toMatchObject({ code: 'CLOSED' });
    await world.close();
  });

  test('leaves hands HANDOVERS_MAX records over at once, also where many have died', async () => {
    const world = await villageOf(['rpcudp'], 30);
    const { node, endpoint } = world.inhabitants[3]!;
    const channel = world.bind().peer(endpoint.address);
    for (let index = 0; index < 24; index += 1)
      await callAs(world, channel, 'store', [new Uint8Array(20), digestOf(index), index]);
    for (const inhabitant of world.inhabitants.slice(10, 20)) world.kill(inhabitant);
    const { lookups } = node.stats().wires.rpcudp!;
    const [began, left] = [world.network.clock.now, node.leave()];
    await world.network.advance(1);
    expect(node.stats().wires.rpcudp!.lookups - lookups).toBe(HANDOVERS_MAX);
    await world.network.until(left);
    expect(world.network.clock.now - began).toBeLessThan(LEAVE_MS);
    world.inhabitants.splice(3, 1);
    await endpoint.close();
    for (let index = 0; index < 24; index += 1)
      expect(await world.network.until(world.any().node.get(index))).toMatchObject({ found: true, value: index });
    await world.close();
  });

  test('leaves waits LEAVE_MS for those that it hands records over to, and no longer', async () => {
    const world = await villageOf(['rpcudp'], 12);
    const { node, endpoint } = world.inhabitants[3]!;
    const channel = world.bind().peer(endpoint.address);
    for (let index = 0; index < 400; index += 1)
      await callAs(world, channel, 'store', [new Uint8Array(20), digestOf(index), index]);
    for (const other of world.inhabitants) if (other.node !== node) world.network.disconnect(other.endpoint);
    const began = world.network.clock.now;
    await world.network.until(node.leave());
    expect(world.network.clock.now - began).toBeCloseTo(LEAVE_MS, 0);
    // What was on its way ends by itself, and nothing new begins.
    await world.network.advance(2 * CALL_MS_MAX);
    const { lookups } = node.stats().wires.rpcudp!;
    expect(lookups).toBeLessThan(400);
    await world.network.advance(60_000);
    expect(node.stats().wires.rpcudp!.lookups).toBe(lookups);
    await world.close();
  });

  test('joins by the first of its bootstrap nodes that answers, and waits for no dead one', async () => {
    const world = await villageOf(['native'], 8);
    const live = world.inhabitants[2]!.endpoint.address;
    const began = world.network.clock.now;
    const bootstrap = ['10.200.0.1:8468', live, '10.200.0.2:8468'];
    const { node } = await world.add({ bootstrap }, NATIVE);
    expect(world.network.clock.now - began).toBeLessThan(PATIENCE_MS_INITIAL);
    expect(node.contacts().length).toBeGreaterThan(4);
    await world.close();
  });

  test('has lost everybody says so, and finds back: a partition heals', async () => {
    const world = await villageOf(['rpcudp'], 6);
    const { node, endpoint } = await world.add();
    const partitions: string[] = [];
    node.on('partitioned', (wire) => partitions.push(wire));
    world.network.disconnect(endpoint);
    // Its calls make everybody suspect.
    await world.network.until(node.lookup('x').nodes);
    await world.network.advance(30_000);
    expect([partitions, node.contacts()]).toEqual([['rpcudp'], []]);
    world.network.connect(endpoint);
    await world.network.advance(10 * REJOIN_MS);
    expect(node.contacts().length).toBeGreaterThan(4);
    expect(REJOIN_MS_MAX).toBeGreaterThan(REJOIN_MS);
    await world.close();
  });

  test('finds nobody at first joins as soon as somebody is there', async () => {
    const world = new SimulatedWorld();
    const { node } = await world.add({ bootstrap: ['10.0.0.2:8468'] });
    expect(node.contacts()).toEqual([]);
    await world.add({ bootstrap: [] });
    await world.network.advance(4 * REJOIN_MS);
    expect(node.contacts()).toHaveLength(1);
    await world.close();
  });

  test('runs for hours looks into its buckets: whoever came late is known to its neighbours', async () => {
    const world = await villageOf(['rpcudp'], 30);
    await world.network.advance(2 * REFRESH_MS);
    for (const { node } of world.inhabitants) expect(node.contacts().length).toBeGreaterThanOrEqual(20);
    await world.close();
  });

  test('tells of contacts and records, until nobody wants to hear of it', async () => {
    const world = await villageOf(['rpcudp'], 2);
    const [{ node }] = world.inhabitants as [Inhabitant];
    const told: string[] = [];
    const off = node.on('contact', ({ host }) => told.push(host));
    node.on('stored', ({ record }) => told.push(record.kind));
    await world.add();
    await world.network.advance(1000);
    off();
    await world.add();
    await world.network.until(world.any().node.set('k', 1));
    expect(told.sort()).toEqual(['10.0.0.3', 'scalar']);
    await world.close();
  });
});

test('options out of range are refused, and so are addresses that are none', async () => {
  const world = new SimulatedWorld();
  const endpoint = world.bind();
  for (const options of [
    { k: 0 },
    { k: 21 },
    { alpha: 1.5 },
    { paths: 9 },
    { bitsPerHop: 0 },
    { id: new Uint8Array(3) },
    { wires: ['native'] as const },
  ])
    expect(() => new KademliaNode(endpoint, options)).toThrow('must be');
  for (const bootstrap of ['10.0.0.1', '10.0.0.1:0', '::1:5'])
    await expect(KademliaNode.join(world.bind(), { bootstrap: [bootstrap], ports: world.ports })).rejects.toMatchObject(
      { code: 'INVALID_ARGUMENT' },
    );
  await world.close();
});

describe('endpoints with security', () => {
  const sharedSecret = 'a secret that nobody can ever guess';
  beforeAll(() => loadCrypto());

  test('are a network, if all know one secret; whoever knows another one is not heard', async () => {
    const world = new SimulatedWorld();
    for (let count = 0; count < 3; count += 1) await world.add({}, { wires: ['native'], security: { sharedSecret } });
    const set = await world.network.until(world.any().node.set('my-key', 'my value'));
    expect([set.holders.length, set.refusals]).toEqual([2, {}]);
    expect(await world.network.until(world.any().node.get('my-key'))).toMatchObject({ value: 'my value' });
    const other = await world.add({}, { wires: ['native'], security: { sharedSecret: `${sharedSecret}!` } });
    expect(other.node.contacts()).toEqual([]);
    const plain = await world.add({}, { wires: ['native'] });
    expect(plain.node.contacts()).toEqual([]);
    await world.close();
  });

  test('that would need the public key of each node are refused, and told what to do', async () => {
    const world = new SimulatedWorld();
    const keyPair = generateKeyPair();
    for (const security of [{}, { keyPair }]) {
      for (const wires of [['native'], ['native', 'rpcudp']] as const)
        await expect(KademliaNode.join(world.bind({ wires, security }))).rejects.toMatchObject({
          code: 'FAILED_PRECONDITION',
          message: expect.stringMatching(
            /whose public keys it knows.* Bind it with security: \{ sharedSecret \}/,
          ) as string,
        });
      const both = world.bind({ wires: ['native', 'rpcudp'], security });
      const node = await KademliaNode.join(both, { wires: ['rpcudp'], ports: world.ports });
      expect(Object.keys(node.stats().wires)).toEqual(['rpcudp']);
      await node.leave();
    }
    await world.close();
  });
});

test('addresses are taken in every form, and names are looked up', async () => {
  expect(await addressesOf(['10.0.0.1:5', '[2001:DB8::1]:6', { host: '::ffff:10.0.0.2', port: 7 }])).toEqual([
    { host: '10.0.0.1', port: 5 },
    { host: '2001:db8::1', port: 6 },
    { host: '10.0.0.2', port: 7 },
  ]);
  const [found] = await addressesOf(['localhost:8']);
  expect(['127.0.0.1', '::1']).toContain(found!.host);
});

test('a subclass is a node with methods of its own', async () => {
  @RpcService('Directory')
  class Directory extends KademliaNode {
    @RpcMethod()
    whoAmI(): string {
      return `${rpcContext().sender.host} at ${idText(this.id).slice(0, 2)}`;
    }
  }
  const world = new SimulatedWorld();
  const endpoint = world.bind();
  const node = await world.network.until(Directory.join(endpoint, { ports: world.ports, id: new Uint8Array(20) }));
  await world.add({ bootstrap: [endpoint.address] });
  const call = world.bind().peer(endpoint.address).call(contractOf(Directory).methods.get('whoAmI')!, []);
  expect(await world.network.until(call)).toEqual({ received: true, value: '10.0.0.3 at 00' });
  expect(node).toBeInstanceOf(Directory);
  expect(node.contacts()).toHaveLength(1);
  await node.leave();
  await world.close();
});

describe('the node nearest to a key', () => {
  @RpcService('Rooms')
  class Rooms extends KademliaNode {
    @RpcMethod()
    host(room: string): string {
      return `${room} is at ${idText(this.id)}`;
    }
  }
  const method = contractOf(Rooms).methods.get('host')!;

  async function roomsOf(
    size: number,
  ): Promise<{ world: SimulatedWorld; rooms: { node: Rooms; endpoint: SimulatedEndpoint }[] }> {
    const world = new SimulatedWorld({ seed: 4 });
    const rooms: { node: Rooms; endpoint: SimulatedEndpoint }[] = [];
    for (let count = 0; count < size; count += 1) {
      const endpoint = world.bind(NATIVE);
      const bootstrap = rooms.slice(0, 1).map((first) => first.endpoint.address);
      rooms.push({
        node: await world.network.until(Rooms.join(endpoint, { ports: world.ports, bootstrap })),
        endpoint,
      });
    }
    return { world, rooms };
  }

  test('is called from everywhere, also by itself, and another one when it has gone', async () => {
    const { world, rooms } = await roomsOf(8);
    const key = digestOf('room-7');
    rooms.sort((a, b) => compareDistance(key, a.node.id, b.node.id));
    const says = (nearest: KademliaNode): object => ({ received: true, value: `7 is at ${idText(nearest.id)}` });
    const channels = rooms.map(({ node }) => node.nearest('room-7'));
    for (const channel of channels)
      expect(await world.network.until(channel.call(method, ['7']))).toEqual(says(rooms[0]!.node));
    rooms[0]!.endpoint.crash();
    void rooms[0]!.node.leave({ handOver: false });
    // The first call finds out, and the next one another node.
    expect(await world.network.until(channels[5]!.call(method, ['7'], { timeoutMs: 500 }))).toEqual({
      received: false,
    });
    expect(await world.network.until(channels[5]!.call(method, ['7']))).toEqual(says(rooms[1]!.node));
    expect(channels[5]!.remote).toContain(idText(key));
    expect(NEAREST_MS).toBeGreaterThan(1000);
    for (const { node, endpoint } of rooms.slice(1)) {
      await node.leave();
      await endpoint.close();
    }
  });

  test('is silence when it is not found in time, and an error when the call is cancelled or refused', async () => {
    const { world, rooms } = await roomsOf(3);
    const channel = rooms[0]!.node.nearest('room-7');
    expect(await world.network.until(channel.call(method, ['7'], { timeoutMs: 20 }))).toEqual({ received: false });
    const signal = AbortSignal.abort();
    await expect(world.network.until(channel.call(method, ['7'], { signal }))).rejects.toMatchObject({
      code: 'CANCELLED',
      executed: 'no',
    });
    const unknown = { ...contractOf(KademliaNode).methods.get('ping')!, service: 'Nothing' };
    await expect(world.network.until(channel.call(unknown, [new Uint8Array(20)]))).rejects.toMatchObject({
      code: 'UNIMPLEMENTED',
    });
    for (const { node } of rooms) await node.leave();
    expect(() => rooms[0]!.node.nearest('x')).toThrow('has left');
  });
});

describe('validators', () => {
  @RpcService({ name: 'Kademlia' })
  class Users extends KademliaNode {
    @Validates('user/')
    user({ value }: SignedRecord): void {
      if (value.length > 4) throw new Error('A name has four letters at most.');
    }
  }

  test('keep records out of the store and out of what is found, by salt', async () => {
    const world = await villageOf(['native'], 3);
    const endpoint = world.bind(NATIVE);
    const options = { ports: world.ports, bootstrap: [world.inhabitants[0]!.endpoint.address] };
    const users = await world.network.until(Users.join(endpoint, options));
    const record = (salt: string, text: string): SignedRecord =>
      signed(KEYS, bytesOf(text), { salt, seq: 1, expiresAt: Math.floor(world.network.clock.now) + HOUR });
    const { node } = world.inhabitants[1]!;
    const put = async (salt: string, text: string): Promise<object> => {
      const { holders, refusals } = await world.network.until(node.put(record(salt, text)));
      return { holders: holders.length, refusals };
    };
    expect(await put('user/a', 'long name')).toEqual({ holders: 2, refusals: { unwanted: 1 } });
    expect(await put('user/b', 'Zoë')).toEqual({ holders: 3, refusals: {} });
    expect(await put('other', 'long text')).toEqual({ holders: 3, refusals: {} });
    // Others hold it, but this node does not believe it.
    expect(await world.network.until(users.getSigned(KEYS.publicKey, { salt: 'user/a' }))).toEqual({ found: false });
    expect(await world.network.until(users.getSigned(KEYS.publicKey, { salt: 'user/b' }))).toMatchObject({
      found: true,
    });
    await users.leave({ handOver: false });
    await world.close();
  });

  test('are written down by standard decorators, too, on each instance', () => {
    const initializers: ((this: unknown) => void)[] = [];
    const context = { kind: 'method', name: 'judge', private: false, static: false } as const;
    Validates('a')(() => undefined, { ...context, addInitializer: (run) => initializers.push(run) });
    const node = {
      judge(): void {
        throw new Error('Never.');
      },
    };
    for (const run of initializers) run.call(node);
    const record = (salt: string): SignedRecord => signed(KEYS, bytesOf('v'), { salt, seq: 1, expiresAt: 1 });
    expect([isWanted(node, record('ab')), isWanted(node, record('b'))]).toEqual([false, true]);
  });

  test('are public methods of instances, and nothing else', () => {
    const place = { kind: 'method', name: 'x', private: false, static: true, addInitializer: () => undefined } as const;
    expect(() => Validates('a')(() => undefined, place)).toThrow('public method');
    expect(() => Validates('a')(KademliaNode, 'x')).toThrow('public method');
  });
});

describe('selectors', () => {
  @RpcService({ name: 'Kademlia' })
  class Longest extends KademliaNode {
    @Selects('name/')
    longer(a: SignedRecord, b: SignedRecord): SignedRecord {
      return a.value.length > b.value.length ? a : b;
    }
  }
  const record = (text: string, { seq = 1, salt = 'name/a' } = {}): SignedRecord =>
    signed(KEYS, bytesOf(text), { salt, seq, expiresAt: 5 * HOUR });

  async function longestOf(size: number): Promise<SimulatedWorld> {
    const world = new SimulatedWorld({ seed: 3, beginsAt: 0 });
    for (let count = 0; count < size; count += 1) {
      const endpoint = world.bind(NATIVE);
      const bootstrap = world.inhabitants.slice(0, 1).map((first) => first.endpoint.address);
      const node = await world.network.until(Longest.join(endpoint, { ports: world.ports, bootstrap }));
      world.inhabitants.push({ node, endpoint });
    }
    await world.network.advance(2000);
    return world;
  }

  test('choose at put, at get and in corrections: of two that an owner signed with one number, all have the same', async () => {
    const world = await longestOf(12);
    const until = <T>(promise: PromiseLike<T>): Promise<T> => world.network.until(promise);
    const [apart, other] = [world.inhabitants[4]!, world.inhabitants[7]!];
    await until(other.node.put(record('short')));
    // Two devices of one owner: this one has not heard of the other, for its network is apart.
    for (const { endpoint } of world.inhabitants) if (endpoint !== apart.endpoint) world.network.disconnect(endpoint);
    expect(await until(apart.node.put(record('much longer')))).toMatchObject({ stored: true, holders: [] });
    for (const { endpoint } of world.inhabitants) world.network.connect(endpoint);
    await world.network.advance(HOUR / 4);
    const found = await until(other.node.getSigned(KEYS.publicKey, { salt: 'name/a' }));
    expect(found).toMatchObject({ found: true, value: record('much longer') });
    expect(found.found && found.from.map(({ host }) => host)).toEqual([apart.endpoint.address.host]);
    // Who has asked has given it to everybody.
    await world.network.advance(2000);
    const again = await until(world.inhabitants[1]!.node.getSigned(KEYS.publicKey, { salt: 'name/a' }));
    expect(again.found && again.from.length).toBe(11);
    expect((await until(other.node.put(record('short')))).refusals).toEqual({ conflict: 11 });
    await world.close();
  });

  test('have no say between different numbers, nor about another salt', async () => {
    const world = await longestOf(4);
    const until = <T>(promise: PromiseLike<T>): Promise<T> => world.network.until(promise);
    const { node } = world.any();
    await until(node.put(record('much longer', { seq: 1 })));
    expect((await until(node.put(record('new', { seq: 2 })))).holders).toHaveLength(3);
    expect((await until(node.put(record('much longer', { seq: 1 })))).refusals).toEqual({ older: 3 });
    expect(await until(world.any().node.getSigned(KEYS.publicKey, { salt: 'name/a' }))).toMatchObject({
      value: { seq: 2 },
    });
    await until(node.put(record('short', { salt: 'other' })));
    expect((await until(node.put(record('much longer', { salt: 'other' })))).refusals).toEqual({ conflict: 3 });
    await world.close();
  });

  test('with the longest prefix decide, and those that hang on the order or throw change nothing', () => {
    class Several {
      any(a: SignedRecord, b: SignedRecord): SignedRecord {
        return a.value.length > b.value.length ? a : b;
      }
      first(a: SignedRecord): SignedRecord {
        return a;
      }
      broken(): SignedRecord {
        throw new Error('Never.');
      }
    }
    Selects('')(Several.prototype, 'any');
    Selects('first/')(Several.prototype, 'first');
    Selects('broken/')(Several.prototype, 'broken');
    const prefers = (salt: string): boolean =>
      isBetter(new Several(), record('longer', { salt }), record('short', { salt }));
    expect(['x', 'first/x', 'broken/x'].map(prefers)).toEqual([true, false, false]);
    expect(isBetter(new Several(), record('short'), record('longer'))).toBe(false);
    expect(isBetter({}, record('longer'), record('short'))).toBe(false);
    expect(() => Selects('a')(Several, 'x')).toThrow('@Selects on x: only a public method');
  });
});

describe('the file of a state', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'kademlia-')), 'node.state');

  test('is whole, and for its user alone', async () => {
    const state = fileState(path);
    expect(await state.load()).toBeUndefined();
    await state.save(Uint8Array.of(1, 2));
    await state.save(Uint8Array.of(3));
    expect(await state.load()).toEqual(Uint8Array.of(3));
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  test('is refused if it cannot be read, or has more than STATE_BYTES_MAX bytes', async () => {
    await expect(fileState(tmpdir()).load()).rejects.toThrow('EISDIR');
    expect(STATE_BYTES_MAX).toBeGreaterThan(2 ** 27);
    writeFileSync(path, 'text');
    expect(readState((await fileState(path).load())!)).toBeUndefined();
  });
});
