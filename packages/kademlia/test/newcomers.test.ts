import { digestOf } from '../src/ids/key';
import { withFlippedBit } from '../src/ids/node-id';
import { SimulatedWorld } from './simulated-nodes';

/** How long a node waits for others before it looks whom it has to give something, in milliseconds, and time to do it. */
const TICKS_MS = 25_000;

test.each([
  ['rpcudp', 16],
  ['native', 40],
] as const)('on the %s wire, a newcomer near a key is given its record within %i datagrams', async (wire, most) => {
  const world = new SimulatedWorld({ seed: 8 });
  for (let count = 0; count < 30; count += 1) await world.add({ k: 8 }, { wires: [wire] });
  await world.network.until(world.any().node.set('my-key', 'my value'));
  // Nobody is new any more.
  await world.network.advance(1_300_000);
  const idle = world.datagrams;
  await world.network.advance(TICKS_MS);
  expect(world.datagrams).toBe(idle);
  const { node } = await world.add({ k: 8, id: withFlippedBit(digestOf('my-key'), 159) }, { wires: [wire] });
  const joined = world.datagrams;
  await world.network.advance(TICKS_MS);
  expect(node.stats().records).toBe(1);
  expect(world.datagrams - joined).toBeLessThanOrEqual(most);
  await world.close();
});
