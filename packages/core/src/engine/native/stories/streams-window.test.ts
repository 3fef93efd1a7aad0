import {
  STREAM_BYTES,
  STREAM_BYTES_MAX,
  STREAM_ITEMS,
  STREAM_ITEMS_MAX,
  STREAM_QUEUED_BYTES,
  STREAM_TURN_BYTES,
  STREAMS_BYTES_MAX,
} from '../../../native-limits';
import { CREDIT, type CreditFrame } from '../../../wire/native/frames';
import {
  acquainted,
  bob,
  expectIdle,
  framesOf,
  from,
  type Side,
  type World,
} from '../../../../test/native/private-network';
import {
  callStream,
  counted,
  countedItem,
  driveStreams,
  isCounted,
  StreamEnd,
} from '../../../../test/native/stream-ends';

/** What a side has allowed last, by the number of the call. */
function allowed(world: World, side: Side): Map<number, Pick<CreditFrame, 'items' | 'bytes'>> {
  const credits = world.sent
    .filter(from(side))
    .flatMap(framesOf)
    .filter((frame): frame is CreditFrame => frame.type === CREDIT);
  return new Map(credits.map(({ number, items, bytes }) => [number, { items, bytes }]));
}

const endless = (bytes: number) => (index: number) => countedItem(index, bytes);

describe('a reader that takes whatever comes', () => {
  test('is allowed more and more, so that its window does not hold the sender up, and reads on exactly', () => {
    const { world, a, b } = acquainted();
    driveStreams(b, () => new StreamEnd(b, counted(8000)));
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a));
    // A window of 256 items would take 31 round trips of 20 ms.
    world.advance(400);
    expect([...allowed(world, a).values()]).toEqual([{ items: STREAM_ITEMS_MAX, bytes: STREAM_BYTES_MAX }]);
    expect(isCounted(end.received, 8000)).toBe(true);
    expectIdle({ a, b });
  });

  test('is allowed more as a handler, too', () => {
    const { world, a, b } = acquainted();
    driveStreams(b, () => new StreamEnd(b));
    driveStreams(a, () => new StreamEnd(a));
    callStream(bob, new StreamEnd(a, counted(8000)), { answers: false, takes: true });
    world.advance(400);
    expect([...allowed(world, b).values()]).toEqual([{ items: STREAM_ITEMS_MAX, bytes: STREAM_BYTES_MAX }]);
  });

  test('is allowed no more where all streams of its association together have much', () => {
    const { world, a, b } = acquainted();
    driveStreams(b, () => new StreamEnd(b, (index) => (index < 3000 ? countedItem(index, 20) : 'later')));
    driveStreams(a, () => new StreamEnd(a));
    for (let made = 0; made < 20; made += 1) callStream(bob, new StreamEnd(a));
    world.advance(700);
    const windows = [...allowed(world, a).values()].map(({ bytes }) => bytes);
    expect(windows).toHaveLength(20);
    const together = windows.reduce((sum, bytes) => sum + bytes, 0);
    expect(together).toBeGreaterThan(20 * STREAM_BYTES);
    expect(together).toBeLessThanOrEqual(STREAMS_BYTES_MAX);
  });

  test('is allowed no more where an endpoint has queued as much as it shares out', () => {
    const { world, a, b } = acquainted({ b: { queuedBytesMax: STREAM_BYTES } });
    driveStreams(b, () => new StreamEnd(b));
    driveStreams(a, () => new StreamEnd(a));
    callStream(bob, new StreamEnd(a, counted(4000)), { answers: false, takes: true });
    world.advance(400);
    expect([...allowed(world, b).values()]).toEqual([{ items: STREAM_ITEMS, bytes: STREAM_BYTES }]);
  });
});

test('a reader that is slower than the way keeps its sender no further ahead than at first', () => {
  const { world, a, b } = acquainted();
  const served = new StreamEnd(b, endless(100));
  driveStreams(b, () => served);
  driveStreams(a, () => new StreamEnd(a));
  const { end } = callStream(bob, new StreamEnd(a, undefined, false));
  for (let taken = 0; taken < 4 * STREAM_ITEMS; taken += 1) {
    world.advance(1);
    if (end.received.length > taken) a.engine.streams.take(end.stream, 1, 100);
    expect(served.pulled - taken).toBeLessThanOrEqual(STREAM_ITEMS + 1);
  }
  expect([...allowed(world, a).values()]).toEqual([{ items: STREAM_ITEMS, bytes: STREAM_BYTES }]);
});

describe('a source', () => {
  /** An end that notes how many bytes it was asked for at once. */
  function noting(side: Side, bytes: number): { end: StreamEnd; atOnce: number[] } {
    const end = new StreamEnd(side, endless(bytes));
    const hear = end.hear.bind(end);
    const atOnce: number[] = [];
    end.hear = (output) => {
      const before = end.pulled;
      hear(output);
      if (output.kind === 'writable') atOnce.push((end.pulled - before) * bytes);
    };
    return { end, atOnce };
  }

  test('is asked for as much at once as may go out at once, and streams share that', () => {
    const { world, a, b } = acquainted();
    const sources = [noting(b, 100), noting(b, 100)];
    const ends = sources.map(({ end }) => end);
    driveStreams(b, () => ends.shift()!);
    driveStreams(a, () => new StreamEnd(a));
    callStream(bob, new StreamEnd(a));
    world.advance(200);
    expect(Math.max(...sources[0]!.atOnce)).toBeGreaterThan(STREAM_TURN_BYTES / 2 + 100);
    expect(Math.max(...sources[0]!.atOnce)).toBeLessThan(STREAM_TURN_BYTES + 100);
    callStream(bob, new StreamEnd(a));
    world.advance(50);
    expect(Math.max(...sources[1]!.atOnce)).toBeLessThan(STREAM_TURN_BYTES / 2 + 100);
  });

  test('is asked for no more than a datagram beyond what may go out', () => {
    const { world, a, b } = acquainted();
    const { end, atOnce } = noting(b, 100);
    driveStreams(b, () => end);
    driveStreams(a, () => new StreamEnd(a));
    callStream(bob, new StreamEnd(a));
    // The first window is ten datagrams of 1,200 bytes, and nothing has been acknowledged yet.
    world.advance(15);
    expect(atOnce.reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(10 * 1200 + STREAM_QUEUED_BYTES + 100);
  });
});
