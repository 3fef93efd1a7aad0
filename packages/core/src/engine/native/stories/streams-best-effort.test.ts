import { ITEM, ITEM_PART } from '../../../wire/native/frames';
import { callStream, countedItem, driveStreams, StreamEnd } from '../../../../test/native/stream-ends';
import { acquainted, bob, carries, expectIdle } from '../../../../test/native/private-network';

/** An end that notes how old each item is when it comes. */
function ageing(at: ConstructorParameters<typeof StreamEnd>[0], ageOf: (index: number) => number) {
  const end = new StreamEnd(at);
  const ages: number[] = [];
  const hear = end.hear.bind(end);
  end.hear = (output) => {
    if (output.kind === 'item') ages.push(ageOf(output.index));
    hear(output);
  };
  return { end, ages };
}

describe('a stream of best effort', () => {
  test('delivers what arrives, in order and once, and sends nothing again; its end arrives all the same', () => {
    const { world, a, b } = acquainted();
    let dropped = 0;
    world.copies = 2;
    world.loses = (flight) => carries(flight, ITEM) && (dropped += 1) % 3 === 0;
    driveStreams(b, () => new StreamEnd(b, (index) => (index < 300 ? countedItem(index) : undefined)));
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a), { delivery: 'best-effort' });
    world.advance(5000);
    expect(end.indices.length).toBeGreaterThan(100);
    expect(end.indices.length).toBeLessThan(300);
    expect(end.indices).toEqual([...new Set(end.indices)].sort((one, other) => one - other));
    expect(a.of('response')).toHaveLength(1);
    world.loses = () => false;
    world.advance(1000);
    expectIdle({ a, b });
  });

  test('is asked for an item when a packet can take one, so that none waits in a queue', () => {
    const { world, a, b } = acquainted();
    const sentAt: number[] = [];
    driveStreams(b, () => new StreamEnd(b, (index) => ((sentAt[index] = world.now), countedItem(index, 1000))));
    driveStreams(a, () => new StreamEnd(a));
    const { end, ages } = ageing(a, (index) => world.now - sentAt[index]!);
    const { handle } = callStream(bob, end, { delivery: 'best-effort' });
    // No link holds the window up: it would grow and grow.
    world.advance(120);
    expect(ages.length).toBeGreaterThan(20);
    expect(Math.max(...ages)).toBeLessThanOrEqual(2 * 2 * world.latencyMs);
    a.engine.cancel(handle);
    world.advance(1000);
    expectIdle({ a, b });
  });

  test('stays fresh beside a reliable stream that fills the window', () => {
    const { world, a, b } = acquainted();
    const sentAt: number[] = [];
    const pose = new StreamEnd(b, (index) => ((sentAt[index] = world.now), countedItem(index, 1000)));
    const ends = [new StreamEnd(b, (index) => countedItem(index, 1000)), pose];
    driveStreams(b, () => ends.shift()!);
    driveStreams(a, () => new StreamEnd(a));
    const reliable = callStream(bob, new StreamEnd(a));
    const { end, ages } = ageing(a, (index) => world.now - sentAt[index]!);
    const { handle } = callStream(bob, end, { delivery: 'best-effort' });
    // No link holds the window up: it would grow and grow.
    world.advance(120);
    expect(reliable.end.received.length).toBeGreaterThan(100);
    expect(ages.length).toBeGreaterThan(20);
    expect(Math.max(...ages)).toBeLessThanOrEqual(2 * 2 * world.latencyMs);
    for (const each of [reliable.handle, handle]) a.engine.cancel(each);
    world.advance(1000);
    expectIdle({ a, b });
  });

  test('sends an item that is larger than a datagram whole or not at all', () => {
    const { world, a, b } = acquainted();
    let dropped = 0;
    world.loses = (flight) => carries(flight, ITEM_PART) && (dropped += 1) % 10 === 0;
    driveStreams(b, () => new StreamEnd(b, (index) => (index < 60 ? countedItem(index, 3000) : undefined)));
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a), { delivery: 'best-effort' });
    world.advance(5000);
    expect(end.received.length).toBeGreaterThan(20);
    expect(end.received.every(({ length }) => length === 3000)).toBe(true);
    expect(a.engine.peers()[0]?.reassemblyBytes).toBe(0);
    expectIdle({ a, b });
  });
});
