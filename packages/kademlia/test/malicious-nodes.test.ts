import { type SimulatedEndpoint } from '@rpcudp/core/testing';
import { REPUBLISH_MS } from '../src/limits';
import { recordKey, signed, type SignedRecord } from '../src/records/record';
import { signingKeys, type SigningKeys } from '../src/records/signing-keys';
import { addLiar, forged, near, press, type Conspiracy } from './liars';
import { SimulatedWorld } from './simulated-nodes';

const NATIVE = { wires: ['native'] } as const;
const HOUR = 3_600_000;
const keysOf = (index: number): SigningKeys => signingKeys(new Uint8Array(32).fill(index + 1));
const recordOf = (keys: SigningKeys, seq: number, expiresAt = 5 * HOUR): SignedRecord =>
  signed(keys, Uint8Array.from(Buffer.from(`v${seq}`)), { seq, expiresAt });

/** A network, a fifth of whose nodes are liars; not yet, at first. */
async function worldWith(
  size: number,
  { nearby, paths, seed }: { readonly nearby: boolean; readonly paths: number; readonly seed: number },
  idOf: (index: number) => Uint8Array | undefined = () => undefined,
): Promise<{ world: SimulatedWorld; conspiracy: Conspiracy; liars: SimulatedEndpoint[] }> {
  const world = new SimulatedWorld({ seed, beginsAt: 0 });
  const conspiracy: Conspiracy = { members: [], begun: false, nearby, seen: [], lies: 0 };
  const liars: SimulatedEndpoint[] = [];
  for (let index = 0; index < size; index += 1) {
    if (index % 5 < 4) await world.add({ paths }, NATIVE);
    else liars.push(await addLiar(world, conspiracy, idOf(liars.length)));
  }
  return { world, conspiracy, liars };
}

/** Which share of some keys is found, as it was signed last. */
async function shareFound(world: SimulatedWorld, keys: readonly SigningKeys[], seq: number): Promise<number> {
  let found = 0;
  for (const { publicKey } of keys) {
    const result = await world.network.until(world.any().node.getSigned(publicKey));
    if (!result.found) continue;
    // It may be withheld, and never be another one.
    expect([result.value.seq, Buffer.from(result.value.value).toString()]).toEqual([seq, `v${seq}`]);
    found += 1;
  }
  return found / keys.length;
}

describe('a fifth of 250 nodes name only each other, and make records up', () => {
  test('lookups of four paths find what was stored, though liars say that their ids are nearer than any', async () => {
    const { world, conspiracy } = await worldWith(250, { nearby: true, paths: 4, seed: 11 });
    const keys = Array.from({ length: 40 }, (_, index) => keysOf(index));
    for (const each of keys) {
      const record = recordOf(each, 5);
      expect((await world.network.until(world.any().node.put(record))).holders).toHaveLength(20);
      conspiracy.seen.push(record);
    }
    conspiracy.begun = true;
    expect(await shareFound(world, keys, 5)).toBeGreaterThanOrEqual(0.95);
    expect(conspiracy.lies).toBeGreaterThan(100);
    await world.close();
  });

  test('records are stored at honest nodes and found, where ten liars each have ids next to the key', async () => {
    const keys = Array.from({ length: 5 }, (_, index) => keysOf(index));
    const targets = keys.map((each) => recordKey(recordOf(each, 5)));
    const idOf = (index: number): Uint8Array => near(targets[index % 5]!, 1 + index);
    const { world, conspiracy, liars } = await worldWith(250, { nearby: false, paths: 4, seed: 12 }, idOf);
    conspiracy.begun = true;
    const lying = new Set(liars.map(({ address: { host } }) => host));
    for (const each of keys) {
      const record = recordOf(each, 5);
      conspiracy.seen.push(record);
      const { holders } = await world.network.until(world.any().node.put(record));
      // Ten of the twenty nearest are liars. By one path, all twenty that it finds may be.
      expect(holders.filter(({ host }) => !lying.has(host)).length).toBeGreaterThanOrEqual(6);
    }
    const asked = Array.from({ length: 8 }, () => keys).flat();
    expect(await shareFound(world, asked, 5)).toBeGreaterThanOrEqual(0.95);
    await world.close();
  });
});

describe('liars who press records on every honest node', () => {
  test('have none stored that is forged, and none that is older than what is held', async () => {
    const { world, conspiracy, liars } = await worldWith(60, { nearby: false, paths: 4, seed: 13 });
    const keys = keysOf(0);
    const [older, newer] = [recordOf(keys, 4, 9 * HOUR), recordOf(keys, 5)];
    await world.network.until(world.any().node.put(older));
    await world.network.until(world.any().node.put(newer));
    conspiracy.begun = true;
    conspiracy.seen.push(newer);
    const stored: SignedRecord[] = [];
    const outcomes = new Set<string>();
    for (const { node, endpoint } of world.inhabitants) {
      const holds = node.stats().records > 0;
      node.on('stored', ({ record }) => stored.push(record as SignedRecord));
      for (const record of [forged(newer), { ...newer, seq: 9 }, { ...newer, expiresAt: 99 * HOUR }])
        expect(['forged', 'conflict']).toContain(await press(world, liars[0]!, endpoint, record));
      if (holds) outcomes.add(await press(world, liars[1]!, endpoint, older));
    }
    expect([...outcomes]).toEqual(['older']);
    // Holders hand the true one to nodes that they hear of meanwhile.
    for (const record of stored) expect(record).toEqual(newer);
    expect(await shareFound(world, new Array<SigningKeys>(20).fill(keys), 5)).toBe(1);
    await world.close();
  });

  test('cannot make one live longer, nor bring it back', async () => {
    const { world, conspiracy, liars } = await worldWith(40, { nearby: false, paths: 1, seed: 14 });
    const record = recordOf(keysOf(0), 5, 3 * HOUR);
    await world.network.until(world.any().node.put(record));
    conspiracy.begun = true;
    const pressAll = async (): Promise<string[]> => {
      const outcomes: string[] = [];
      for (const [index, { endpoint }] of world.inhabitants.entries())
        outcomes.push(await press(world, liars[index % liars.length]!, endpoint, record));
      return outcomes;
    };
    const ended: number[] = [];
    for (const { node } of world.inhabitants) node.on('expired', () => ended.push(world.network.clock.now));
    for (let hour = 0; hour < 3; hour += 1) {
      const outcomes = await pressAll();
      expect(outcomes.every((outcome) => outcome === 'stored' || outcome === 'unchanged')).toBe(true);
      // Its holders republish it meanwhile, too.
      await world.network.advance(REPUBLISH_MS * 0.99);
    }
    await world.network.advance(3 * HOUR - world.network.clock.now + 15_000);
    expect(ended).toHaveLength(world.inhabitants.length);
    for (const at of ended) expect(at - 3 * HOUR).toBeGreaterThanOrEqual(0);
    expect(new Set(await pressAll())).toEqual(new Set(['expired']));
    for (const { node } of world.inhabitants) expect(node.stats().records).toBe(0);
    expect(await shareFound(world, [keysOf(0)], 5)).toBe(0);
    await world.close();
  });
});
