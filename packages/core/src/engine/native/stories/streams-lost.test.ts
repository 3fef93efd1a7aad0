import {
  ASSOCIATION_IDLE_MS,
  STREAM_ASKED_MS,
  STREAM_BYTES,
  STREAM_ITEMS,
  STREAM_SILENCE_MS,
  STREAMS_MAX,
  UNREAD_STREAM_BYTES,
  UNREAD_STREAM_ITEMS,
} from '../../../native-limits';
import { CALL, CREDIT, ITEM, type CreditFrame } from '../../../wire/native/frames';
import {
  callStream,
  counted,
  countedItem,
  driveStreams,
  isCounted,
  StreamEnd,
} from '../../../../test/native/stream-ends';
import {
  acquainted,
  bob,
  carol,
  expectIdle,
  framesOf,
  from,
  idOf,
  opening,
  pair,
  plain,
  type Side,
  type World,
} from '../../../../test/native/private-network';

/** A pair with a stream of a few items from b to a that goes on. */
function streaming(options: Parameters<typeof pair>[0] = {}): {
  world: World;
  a: Side;
  b: Side;
  made: ReturnType<typeof callStream>;
  answered: StreamEnd[];
} {
  const both = acquainted(options);
  const { world, a, b } = both;
  // After three items, the source takes its time.
  const answered = driveStreams(b, () => new StreamEnd(b, (index) => counted(3)(index) ?? 'later'));
  driveStreams(a, () => new StreamEnd(a));
  const made = callStream(bob, new StreamEnd(a));
  world.advance(200);
  expect(made.end.received).toHaveLength(3);
  return { ...both, made, answered };
}

describe('a peer that is silent', () => {
  test('ends the streams of both sides, once it was asked for half a minute', () => {
    const { world, a, b, made } = streaming();
    world.loses = () => true;
    const quietSince = world.now;
    world.advance(STREAM_SILENCE_MS - 1000);
    expect([a.of('failure'), b.of('cancelled')]).toEqual([[], []]);
    world.advance(3000);
    expect(a.of('failure')).toMatchObject([{ call: made.call, code: 'UNAVAILABLE', executed: 'yes', origin: 'local' }]);
    expect(b.of('cancelled')).toMatchObject([{ code: 'CANCELLED' }]);
    expect(world.now - quietSince).toBeGreaterThan(STREAM_ASKED_MS);
    world.loses = () => false;
    world.advance(10_000);
    expectIdle({ a, b });
  });

  test('hears, when it is there again, that its stream has ended meanwhile', () => {
    const { world, a, b, made } = streaming();
    // The caller hears all there is, so for itself nothing is silent.
    world.loses = from(a);
    world.advance(STREAM_SILENCE_MS + 5000);
    expect(b.of('cancelled')).toMatchObject([{ code: 'CANCELLED' }]);
    world.loses = () => false;
    world.advance(5000);
    expect(a.of('failure')).toMatchObject([
      { call: made.call, code: 'UNAVAILABLE', executed: 'yes', origin: 'remote' },
    ]);
    expectIdle({ a, b });
  });

  test('ends its stream as well where it has not proved its address, and may be sent nothing to ask it', () => {
    const { world, b } = acquainted();
    driveStreams(b, () => new StreamEnd(b, (index) => countedItem(index, 20)));
    const credit = [0x41, 0, 0x80, 4, 0, 0];
    const call = [CALL, 2, 0x10, 0, 0, 0, 0, 0xbf, 0xff, 0xff, 0xff, ...credit, 1, 0x90];
    b.engine.receive(opening({ frames: call }), carol, world.now);
    world.advance(STREAM_SILENCE_MS - 1000);
    expect(b.of('cancelled')).toEqual([]);
    world.advance(STREAM_SILENCE_MS);
    expect(b.of('cancelled')).toMatchObject([{ code: 'CANCELLED' }]);
    world.advance(ASSOCIATION_IDLE_MS);
    expect(b.engine.peers().map(({ address }) => address)).not.toContainEqual(carol);
  });

  test('that answers keeps a quiet stream for an hour', () => {
    const { world, a, b } = streaming();
    world.advance(3_600_000);
    expect([a.of('failure'), b.of('cancelled'), b.engine.unansweredRequests]).toEqual([[], [], 1]);
  });

  test('is not blamed for a process that stood still', () => {
    const { world, a, b } = streaming();
    // Both wake up again later, as after a suspend.
    world.now += 100_000;
    world.advance(5000);
    expect([a.of('failure'), b.of('cancelled')]).toEqual([[], []]);
  });
});

describe('a server that is restarted', () => {
  test('ends a stream as unavailable, and says that its handler ran', () => {
    const { world, a, b, made } = streaming();
    b.restart();
    world.advance(20_000);
    expect(a.of('failure')).toMatchObject([{ call: made.call, code: 'UNAVAILABLE', executed: 'yes' }]);
    expectIdle({ a, b });
  });

  test('is asked again for an idempotent stream of which nothing has come', () => {
    const { world, a, b } = acquainted();
    driveStreams(b, () => new StreamEnd(b, () => 'later'));
    driveStreams(a, () => new StreamEnd(a));
    const { end } = callStream(bob, new StreamEnd(a), { delivery: 'idempotent' });
    world.advance(200);
    b.restart();
    driveStreams(b, () => new StreamEnd(b, counted(10)));
    world.advance(20_000);
    expect(isCounted(end.received, 10)).toBe(true);
    expect([a.of('failure'), a.of('response').length]).toEqual([[], 1]);
  });
});

describe('limits', () => {
  test('one side has so many calls with streams unfinished, and one more fails before it is sent', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 1000 } });
    driveStreams(b, () => new StreamEnd(b, () => 'later'));
    driveStreams(a, () => new StreamEnd(a));
    const made = Array.from({ length: STREAMS_MAX }, () => callStream(bob, new StreamEnd(a)));
    expect(() => callStream(bob, new StreamEnd(a))).toThrow(`${STREAMS_MAX} calls with streams to this peer`);
    world.advance(1000);
    expect(b.of('request')).toHaveLength(STREAMS_MAX);
    a.engine.cancel(made[0]!.handle);
    expect(() => callStream(bob, new StreamEnd(a))).not.toThrow();
  });

  test('a peer that says less in its HELLO is asked for no more, and refuses who asks all the same', () => {
    const { world, a, b } = acquainted({ b: { streamsMax: 2 } });
    driveStreams(b, () => new StreamEnd(b, () => 'later'));
    driveStreams(a, () => new StreamEnd(a));
    callStream(bob, new StreamEnd(a));
    callStream(bob, new StreamEnd(a));
    expect(() => callStream(bob, new StreamEnd(a))).toThrow('2 calls with streams to this peer');
    const stranger = pair({ b: { streamsMax: 2 } });
    driveStreams(stranger.b, () => new StreamEnd(stranger.b, () => 'later'));
    driveStreams(stranger.a, () => new StreamEnd(stranger.a));
    for (let index = 0; index < 3; index += 1) callStream(bob, new StreamEnd(stranger.a));
    stranger.world.advance(500);
    expect(stranger.a.of('failure')).toMatchObject([{ code: 'RESOURCE_EXHAUSTED', executed: 'no' }]);
    world.advance(100);
  });

  test('a callee allows little until its handler reads, and then as much as a caller', () => {
    const { world, a, b } = acquainted();
    const answered = driveStreams(b, () => new StreamEnd(b, undefined, false));
    driveStreams(a, () => new StreamEnd(a));
    callStream(bob, new StreamEnd(a, counted(100)), { answers: false, takes: true });
    const credits = (): unknown[] =>
      world.sent
        .filter(from(b))
        .flatMap(framesOf)
        .filter((frame): frame is CreditFrame => frame.type === CREDIT)
        .map(({ items, bytes }) => [items, bytes]);
    world.advance(100);
    expect(credits()).toEqual([[UNREAD_STREAM_ITEMS, UNREAD_STREAM_BYTES]]);
    answered[0]!.readAll();
    world.advance(100);
    expect(credits()[1]).toEqual([STREAM_ITEMS, STREAM_BYTES]);
  });

  test.each([
    ['an item beyond its credit', [ITEM, 2, 1, 0x41, 0x03, 1, 7]],
    ['a CREDIT for more than was sent', [CREDIT, 2, 0, 9, 1, 1]],
    ['an END before an item that came', [0x13, 2, 1, 1, 255, 0]],
  ])('a peer that sends %s loses the association', (_what, frame) => {
    const { world, a, made } = streaming();
    const taking = frame[0] === CREDIT;
    if (taking) callStream(bob, new StreamEnd(a), { answers: false, takes: true });
    world.advance(100);
    if (taking) frame[1] = 4;
    a.engine.receive(plain(idOf(world, a), 1000, ...frame), bob, world.now);
    a.drain();
    expect(a.engine.peers()).toEqual([]);
    const failure = a.of('failure').find(({ call }) => call === made.call);
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', executed: 'yes' });
  });
});
