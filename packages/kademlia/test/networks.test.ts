import type { WireName } from '@rpcudp/core';
import { BUCKET_CONTACTS, JOIN_CALLS, JOIN_CONTACTS, QUORUM, SETTLE_CONTACTS, SETTLE_MS } from '../src/limits';
import type { LookupStep } from '../src/node/lookup-run';
import { textOf, SimulatedWorld, type Inhabitant } from './simulated-nodes';

/** How many nodes the networks of these tests have. */
const SIZE = 120;

async function worldOf(wire: WireName, seed: number): Promise<SimulatedWorld> {
  const world = new SimulatedWorld({ seed });
  for (let count = 0; count < SIZE; count += 1) await world.add({}, { wires: [wire] });
  return world;
}

describe.each(['rpcudp', 'native'] as const)('a network on the %s wire', (wire) => {
  let world: SimulatedWorld;
  beforeAll(async () => {
    world = await worldOf(wire, 5);
  });
  afterAll(() => world.close());

  test('joining takes no more than 50 datagrams a node, though it ends with JOIN_CONTACTS', () => {
    expect(world.datagrams / SIZE).toBeLessThanOrEqual(50);
    for (const { node } of world.inhabitants) expect(node.contacts().length).toBeGreaterThanOrEqual(JOIN_CONTACTS);
  });

  test('nodes settle after SETTLE_MS: the SETTLE_CONTACTS nearest know each, but for JOIN_CALLS that answered late', async () => {
    await world.network.advance(2 * SETTLE_MS);
    const knows = (one: Inhabitant, address: string): boolean =>
      one.node.contacts().some((contact) => contact.address === address);
    for (const { node, endpoint } of world.inhabitants) {
      const near = world.nearest(node.id, SETTLE_CONTACTS, node);
      const neighbours = world.inhabitants.filter((each) => near.includes(textOf(each.endpoint.address)));
      const knowing = neighbours.filter((each) => knows(each, textOf(endpoint.address)));
      expect(knowing.length).toBeGreaterThanOrEqual(SETTLE_CONTACTS - JOIN_CALLS);
    }
  });

  test('every lookup finds exactly the BUCKET_CONTACTS nearest, in few hops', async () => {
    let hops = 0;
    for (let count = 0; count < 40; count += 1) {
      const { node } = world.any();
      const target = world.random.bytes(20);
      const lookup = node.lookup(target);
      const found = await world.network.until(lookup.nodes);
      expect(found.map(({ address }) => address)).toEqual(world.nearest(target, BUCKET_CONTACTS, node));
      hops += lookup.hops;
    }
    expect(hops / 40).toBeLessThanOrEqual(Math.log2(SIZE) / 2);
  });

  test('a value is held by the nearest, and found from everywhere, QUORUM holders agreeing', async () => {
    const set = await world.network.until(world.any().node.set('my-key', 'my value'));
    expect([set.stored, set.holders.length, set.refusals]).toEqual([true, BUCKET_CONTACTS, {}]);
    for (let count = 0; count < 10; count += 1) {
      const found = await world.network.until(world.any().node.get('my-key'));
      expect(found).toMatchObject({ found: true, value: 'my value' });
      expect(found.found ? found.from.length : 0).toBeLessThanOrEqual(QUORUM);
    }
    expect(await world.network.until(world.any().node.get('no-key'))).toEqual({ found: false });
  });

  test('a lookup tells of each answer as it comes', async () => {
    const { node } = world.any();
    const lookup = node.lookup('my-key');
    const steps: LookupStep[] = [];
    const read = async (): Promise<void> => {
      for await (const step of lookup) steps.push(step);
    };
    await world.network.until(read());
    expect(steps.length).toBe(lookup.calls);
    expect(steps[0]!.ms).toBeCloseTo(50, 0);
    expect((await lookup.nodes).map(({ address }) => address).sort()).toEqual(
      expect.arrayContaining([steps.at(-1)!.contact.address]),
    );
  });

  test('a lookup that is aborted gives what it has found by then', async () => {
    const abort = new AbortController();
    const lookup = world.any().node.lookup(world.random.bytes(20), { signal: abort.signal });
    await world.network.advance(60);
    abort.abort();
    expect((await world.network.until(lookup.nodes)).length).toBeLessThan(BUCKET_CONTACTS);
    expect(world.any().node.lookup('x', { signal: abort.signal }).calls).toBe(0);
  });
});

describe.each(['rpcudp', 'native'] as const)('slow nodes on the %s wire', (wire) => {
  test('are found exactly, though one answer of ten comes much later than the network is used to', async () => {
    const world = new SimulatedWorld({ seed: 3, latencyMs: 1 });
    for (let count = 0; count < 10; count += 1) await world.add({ k: 3 }, { wires: [wire] });
    const client = await world.add({ k: 3, client: true }, { wires: [wire] });
    world.inhabitants.pop();
    world.network.change({ reordering: 0.05, reorderingMs: 250 });
    for (let count = 0; count < 300; count += 1) {
      const target = world.random.bytes(20);
      const found = await world.network.until(client.node.lookup(target).nodes);
      expect(found.map(({ address }) => address)).toEqual(world.nearest(target, 3, client.node));
      await world.network.advance(2000);
    }
    await world.close();
  });
});

describe.each(['rpcudp', 'native'] as const)('trouble on the %s wire', (wire) => {
  test('after 30 % have died at once, values are found, and no dead node is in a result', async () => {
    const world = await worldOf(wire, 6);
    for (let index = 0; index < 20; index += 1) await world.network.until(world.any().node.set(index, index));
    for (let count = 0; count < 0.3 * SIZE; count += 1) world.kill(world.any());
    const alive = new Set(world.inhabitants.map(({ endpoint: { address } }) => textOf(address)));
    for (let index = 0; index < 20; index += 1) {
      const began = world.network.clock.now;
      const found = await world.network.until(world.any().node.get(index));
      expect(found).toMatchObject({ found: true, value: index });
      expect(world.network.clock.now - began).toBeLessThan(1500);
      const nodes = await world.network.until(world.any().node.lookup(index).nodes);
      expect(nodes.filter(({ address }) => !alive.has(address))).toEqual([]);
    }
    await world.close();
  });

  test('where 10 % of all datagrams are lost, set stores 19 of 20 copies, and no one loses its contacts', async () => {
    const world = await worldOf(wire, 7);
    world.network.change({ loss: 0.1 });
    let copies = 0;
    const times: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      const began = world.network.clock.now;
      const { holders } = await world.network.until(world.any().node.set(index, index));
      times.push(world.network.clock.now - began);
      copies += holders.length;
      expect(await world.network.until(world.any().node.get(index))).toMatchObject({ found: true, value: index });
    }
    expect(copies / 20).toBeGreaterThanOrEqual(19);
    expect(times.sort((a, b) => a - b)[10]).toBeLessThan(1000);
    for (const { node } of world.inhabitants) expect(node.contacts().length).toBeGreaterThan(0);
    await world.close();
  });
});
