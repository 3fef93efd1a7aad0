import { SeededRandom } from '../../../testing/random';
import { STREAM_BYTES, STREAM_END_DETAILS_BYTES_MAX, STREAM_ITEMS, UNREAD_STREAM_ITEMS } from '../../../native-limits';
import { callStream, counted, driveStreams, isCounted, StreamEnd } from '../../../../test/native/stream-ends';
import { acquainted, bob, expectIdle, pair } from '../../../../test/native/private-network';

test('a call is answered by many items, each once and in order, and ends as its handler did', () => {
  const { world, a, b } = acquainted();
  driveStreams(b, () => new StreamEnd(b, counted(1000)));
  driveStreams(a, () => new StreamEnd(a));
  const { end, call } = callStream(bob, new StreamEnd(a));
  world.advance(2000);
  expect(isCounted(end.received, 1000)).toBe(true);
  expect(a.of('response')).toMatchObject([{ call, payload: { length: 0 } }]);
  expectIdle({ a, b });
});

test('a first packet opens a stream, and items come with the first answer', () => {
  const { world, a, b } = pair();
  driveStreams(b, () => new StreamEnd(b, counted(3)));
  driveStreams(a, () => new StreamEnd(a));
  const { end } = callStream(bob, new StreamEnd(a));
  world.advance(25);
  expect(end.received).toHaveLength(3);
  expect(a.of('response')).toHaveLength(1);
});

test('a call brings many items, and is answered with one value', () => {
  const { world, a, b } = acquainted();
  driveStreams(a, () => new StreamEnd(a));
  const answered = driveStreams(b, () => new StreamEnd(b));
  const { end } = callStream(bob, new StreamEnd(a, counted(500, 300)), { answers: false, takes: true });
  world.advance(3000);
  const [served] = answered;
  expect(isCounted(served!.received, 500, 300)).toBe(true);
  expect(served!.ended).toMatchObject({ count: 500, failure: undefined });
  b.engine.respond(served!.request!, Uint8Array.of(7));
  world.advance(500);
  expect([end.pulled, a.of('response').map(({ payload }) => [...payload])]).toEqual([501, [[7]]]);
  expectIdle({ a, b });
});

describe('over a network that loses, repeats and reorders', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('both directions deliver exactly what was sent: seed %i', (seed) => {
    const { world, a, b } = pair();
    const chance = new SeededRandom(seed);
    world.loses = () => chance.next() < 0.3;
    world.copies = 2;
    const original = world.send.bind(world);
    world.send = (from, to, datagram) => {
      world.latencyMs = 5 + Math.floor(chance.next() * 30);
      original(from, to, datagram);
    };
    const answered = driveStreams(b, () => new StreamEnd(b, counted(120, 400)));
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a, counted(80, 3000)), { takes: true });
    world.advance(60_000);
    expect(isCounted(end.received, 120, 400)).toBe(true);
    expect(a.of('response')).toHaveLength(1);
    // The handler answered when it had sent all its items, maybe before it had read all.
    const { received } = answered[0]!;
    expect(isCounted(received, received.length, 3000)).toBe(true);
    world.loses = () => false;
    world.advance(10_000);
    expectIdle({ a, b });
  });
});

describe('a reader that takes nothing', () => {
  test('holds its sender up at the window, and the source is pulled no further; half a minute later all goes on', () => {
    const { world, a, b } = acquainted();
    const answered = driveStreams(b, () => new StreamEnd(b, counted(1000)));
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a, undefined, false));
    world.advance(60_000);
    expect([end.received.length, answered[0]!.pulled]).toEqual([STREAM_ITEMS, STREAM_ITEMS]);
    end.readAll();
    world.advance(2000);
    expect([end.received.length, a.of('response').length]).toEqual([1000, 1]);
    expectIdle({ a, b });
  });

  test('is held to bytes as well, beyond which one item reaches', () => {
    const { world, a, b } = acquainted();
    driveStreams(b, () => new StreamEnd(b, counted(100, 100_000)));
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a, undefined, false));
    world.advance(10_000);
    expect(end.received.length).toBe(Math.ceil(STREAM_BYTES / 100_000));
    end.readAll();
    world.advance(10_000);
    expect(end.received.length).toBe(100);
  });

  test('a handler that does not read is sent little', () => {
    const { world, a, b } = acquainted();
    const answered = driveStreams(b, () => new StreamEnd(b, undefined, false));
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a, counted(1000)), { answers: false, takes: true });
    world.advance(5000);
    expect([answered[0]!.received.length, end.pulled]).toEqual([UNREAD_STREAM_ITEMS, UNREAD_STREAM_ITEMS]);
    answered[0]!.readAll();
    world.advance(5000);
    expect(answered[0]!.received.length).toBe(1000);
  });
});

test('items larger than the window pass, one at a time', () => {
  const { world, a, b } = acquainted();
  driveStreams(b, () => new StreamEnd(b, counted(3, 600_000)));
  driveStreams(a, () => new StreamEnd(a));
  const { end } = callStream(bob, new StreamEnd(a));
  world.advance(10_000);
  expect(isCounted(end.received, 3, 600_000)).toBe(true);
  expectIdle({ a, b });
});

test('indices go on over their wrap', () => {
  const great = { firstItemIndex: 2 ** 30 - 50 };
  const { world, a, b } = acquainted({ a: great, b: great });
  driveStreams(b, () => new StreamEnd(b, counted(600)));
  driveStreams(a, () => new StreamEnd(a));
  const { end } = callStream(bob, new StreamEnd(a));
  world.advance(3000);
  expect(isCounted(end.received, 600)).toBe(true);
  expect(end.indices).toEqual(Array.from({ length: 600 }, (_, index) => index));
  expectIdle({ a, b });
});

test.each([
  ['over what a header carries', 2 ** 32 - 20],
  ['close below the last that there is', 2 ** 53 - 4000],
])('packet numbers go on %s', (_where, firstPacketNumber) => {
  const great = { firstPacketNumber };
  const { world, a, b } = acquainted({ a: great, b: great });
  driveStreams(b, () => new StreamEnd(b, counted(2000)));
  driveStreams(a, () => new StreamEnd(a));
  const { end } = callStream(bob, new StreamEnd(a));
  world.advance(5000);
  expect(end.received).toHaveLength(2000);
  expectIdle({ a, b });
});

describe('who wants no more', () => {
  test('a caller that cancels ends the handler at once, and nothing is left', () => {
    const { world, a, b } = acquainted();
    driveStreams(b, () => new StreamEnd(b, counted(1e6)));
    driveStreams(a, () => new StreamEnd(a));
    const { end, handle } = callStream(bob, new StreamEnd(a));
    world.advance(200);
    a.engine.cancel(handle);
    const { length } = end.received;
    world.advance(15);
    expect(b.of('cancelled')).toMatchObject([{ code: 'CANCELLED' }]);
    world.advance(1000);
    expect(end.received.length).toBe(length);
    expectIdle({ a, b });
  });

  test('a handler that stops reading goes on, and its caller sends no more', () => {
    const { world, a, b } = acquainted();
    const answered = driveStreams(b, () => new StreamEnd(b));
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a, counted(1e6)), { answers: false, takes: true });
    world.advance(200);
    b.engine.streams.stopItems(answered[0]!.stream);
    world.advance(50);
    expect(end.stopped).toBe(true);
    const { pulled } = end;
    world.advance(1000);
    expect(end.pulled).toBe(pulled);
    b.engine.respond(answered[0]!.request!, Uint8Array.of(1));
    world.advance(500);
    expect(a.of('response')).toHaveLength(1);
    expectIdle({ a, b });
  });
});

test('the end of a caller’s items says why its source failed, as far as that fits a packet', () => {
  const { world, a, b } = acquainted();
  const answered = driveStreams(b, () => new StreamEnd(b));
  driveStreams(a, () => new StreamEnd(a));
  for (const bytes of [STREAM_END_DETAILS_BYTES_MAX, STREAM_END_DETAILS_BYTES_MAX + 1]) {
    const { end } = callStream(bob, new StreamEnd(a, () => 'later'), { answers: false, takes: true });
    a.engine.streams.endItems(end.stream, { code: 'NOT_FOUND', payload: new Uint8Array(bytes) });
    world.advance(500);
  }
  expect(answered.map(({ ended }) => [ended?.failure?.code, ended?.failure?.payload?.length])).toEqual([
    ['NOT_FOUND', STREAM_END_DETAILS_BYTES_MAX],
    ['NOT_FOUND', undefined],
  ]);
});

describe('a handler that fails', () => {
  const failure = { code: 'NOT_FOUND', message: '', executed: 'no', payload: Uint8Array.of(0x91, 0xa0) } as const;

  test('after items: they arrive, and then its failure, which says that it ran', () => {
    const { world, a, b } = acquainted();
    driveStreams(b, (request) => {
      const items = counted(3);
      return new StreamEnd(b, (index) => items(index) ?? (b.engine.refuse(request, failure), undefined));
    });
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a));
    world.advance(500);
    expect(end.received).toHaveLength(3);
    expect(a.of('failure')).toMatchObject([{ code: 'NOT_FOUND', executed: 'yes', payload: failure.payload }]);
    expectIdle({ a, b });
  });

  test('before any item: it is refused like any call', () => {
    const { world, a, b } = acquainted();
    driveStreams(b, (request) => new StreamEnd(b, () => (b.engine.refuse(request, failure), undefined)));
    driveStreams(a, () => new StreamEnd(a));
    callStream(bob, new StreamEnd(a));
    world.advance(500);
    expect(a.of('failure')).toMatchObject([{ code: 'NOT_FOUND', executed: 'no' }]);
    expectIdle({ a, b });
  });
});
