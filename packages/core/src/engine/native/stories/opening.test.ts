import fc from 'fast-check';
import {
  ASSOCIATION_IDLE_MS,
  ASSOCIATION_USABLE_MS,
  FIRST_PROBE_MS_MAX,
  OPENING_PACKET_BYTES_MIN,
  INITIAL_WINDOW_DATAGRAMS,
} from '../../../native-limits';
import { CALL, HELLO, PADDING, writeHello, type HelloFrame } from '../../../wire/native/frames';
import { OPENING_PACKET, PLAIN_PACKET, writeOpeningHeader } from '../../../wire/native/packet';
import { Writer } from '../../../wire/native/writer';
import {
  acquainted,
  alice,
  bob,
  carol,
  framesOf,
  from,
  idOf,
  ids,
  opening,
  pair,
  pattern,
  reasons,
  type Flight,
} from '../../../../test/native/private-network';
import { SeededRandom } from '../../../testing/random';

describe('an opening packet', () => {
  test('without HELLO is malformed', () => {
    const { world, b } = pair();
    b.engine.receive(opening({ hello: false }), carol, world.now);
    b.drain();
    expect(reasons(b)).toEqual(['malformed-packet']);
  });

  test('of another version, or of bytes that are no packet, is dropped and counted', () => {
    const { world, b } = pair();
    b.engine.receive(opening().fill(2, 1, 2), carol, world.now);
    b.engine.receive(Uint8Array.of(PLAIN_PACKET), carol, world.now);
    b.drain();
    expect(reasons(b)).toEqual(['unknown-version', 'too-small']);
    expect(world.sent).toEqual([]);
  });

  test('of an association that has ended opens none, until its tombstone is forgotten', () => {
    const { world, a, b } = pair();
    a.call(bob);
    world.advance(100);
    const first = world.sent[0]!.datagram;
    a.engine.close(world.now);
    world.advance(ASSOCIATION_IDLE_MS - 1000);
    b.engine.receive(first, alice, world.now);
    world.advance(0);
    expect([reasons(b), b.of('request').length]).toEqual([['late'], 1]);
    world.advance(2000);
    expect(b.engine.settle()).toBe(Infinity);
  });

  test('with our id but of another peer belongs to no association', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(0);
    const writer = new Writer(100);
    writeOpeningHeader(writer, ids.bytes(8), idOf(world, b), 1000);
    writeHello(writer, { ageMs: 0, messageBytesMax: 1000, callsMax: 1, features: [] });
    b.engine.receive(writer.take(), carol, world.now);
    b.drain();
    expect(reasons(b)).toEqual(['unknown-association']);
  });
});

describe('the opener', () => {
  const hellosIn = (flights: readonly Flight[]): HelloFrame[] =>
    flights.flatMap(framesOf).filter((frame): frame is HelloFrame => frame.type === HELLO);

  test('pads its opening packets to 400 bytes, and the callee does not', () => {
    const { world, a, b } = pair();
    a.call(bob);
    world.advance(12);
    const [opened] = world.sent.filter(from(a));
    const [answered] = world.sent.filter(from(b));
    expect(opened!.datagram).toHaveLength(OPENING_PACKET_BYTES_MIN);
    expect(opened!.datagram.at(-1)).toBe(PADDING);
    expect(framesOf(opened!).map(({ type }) => type)).toEqual([HELLO, CALL]);
    expect(answered!.datagram[0]).toBe(OPENING_PACKET);
    expect(answered!.datagram.length).toBeLessThan(100);
    world.sent.length = 0;
    world.advance(100);
    a.call(bob);
    world.advance(10);
    expect(world.sent[0]!.datagram.length).toBeLessThan(40);
  });

  test('pads each of them, also those that are probes or lone acknowledgements', () => {
    const { world, a } = pair();
    world.loses = () => true;
    a.call(bob);
    world.advance(4000);
    expect(world.sent.length).toBeGreaterThan(5);
    for (const { datagram } of world.sent) expect(datagram.length).toBeGreaterThanOrEqual(OPENING_PACKET_BYTES_MIN);
  });

  test('says nothing of an age in its first packet, and how old that is in others', () => {
    const { world, a } = pair();
    world.loses = () => true;
    world.now += 0.7;
    a.call(bob);
    world.advance(FIRST_PROBE_MS_MAX + 1);
    const ages = hellosIn(world.sent).map(({ ageMs }) => ageMs);
    expect(ages).toEqual([0, FIRST_PROBE_MS_MAX, FIRST_PROBE_MS_MAX]);
  });

  test('counts that age from its first packet, not from when it was made', () => {
    const { world, a } = pair();
    world.loses = () => true;
    a.call(bob);
    world.now += 19;
    world.advance(0);
    expect(hellosIn(world.sent)).toMatchObject([{ ageMs: 0, features: [] }]);
  });

  test('sends ten datagrams at once of what is large, no more', () => {
    const { world, a } = pair();
    a.call(bob, { args: pattern(100_000) });
    world.advance(9);
    expect(world.sent).toHaveLength(INITIAL_WINDOW_DATAGRAMS);
    const bytes = world.sent.reduce((sum, { datagram }) => sum + datagram.length, 0);
    expect(bytes).toBeLessThanOrEqual(INITIAL_WINDOW_DATAGRAMS * 1200);
    expect(bytes).toBeGreaterThan((INITIAL_WINDOW_DATAGRAMS - 1) * 1200);
  });

  test('waits for a host that it knows as long as that takes, not longer', () => {
    const { world, a } = acquainted();
    world.advance(ASSOCIATION_USABLE_MS);
    world.sent.length = 0;
    world.loses = () => world.sent.length === 1;
    a.call(bob);
    world.advance(49);
    expect(world.sent).toHaveLength(1);
    world.advance(23);
    expect(a.of('response')).toHaveLength(1);
  });

  test('waits for a host that has come to be farther away as long as that took last', () => {
    const { world, a } = acquainted();
    world.latencyMs = 100;
    for (let call = 0; call < 60; call += 1) {
      a.call(bob);
      world.advance(1000);
    }
    world.advance(ASSOCIATION_IDLE_MS + 1000);
    world.sent.length = 0;
    world.loses = () => world.sent.length === 1;
    a.call(bob);
    world.advance(220);
    expect(world.sent).toHaveLength(1);
    world.advance(10);
    expect(world.sent.length).toBeGreaterThan(1);
  });

  test('waits for a host that it does not know as long as for others', () => {
    const { world, a } = acquainted();
    world.loses = ({ to }) => to === carol;
    a.call(carol);
    world.advance(51);
    expect(world.sent.filter(({ to }) => to === carol).length).toBeGreaterThan(1);
  });
});

describe('a first answer', () => {
  test.each([50, 830, 1100])('of %d bytes comes within one round trip, in one datagram', (bytes) => {
    const { world, a, b } = pair();
    b.serve = (request) => b.engine.respond(request, pattern(bytes));
    a.call(bob, { args: new Uint8Array(5) });
    world.advance(20);
    expect(a.of('response').map(({ payload }) => payload.length)).toEqual([bytes]);
    expect(world.sent.filter(from(b))).toHaveLength(1);
  });

  test('that is held up by what may be sent comes although the acknowledgement that would free it is lost', () => {
    const { world, a, b } = pair();
    b.serve = (request) => b.engine.respond(request, pattern(3000));
    let seen = 0;
    world.loses = (flight) => from(a)(flight) && (seen += 1) >= 2 && seen <= 4;
    a.call(bob, { timeoutMs: 20_000 });
    world.advance(1500);
    expect(a.of('response')).toHaveLength(1);
  });

  test('that is held up comes soon, although nothing of what the caller sent waits for an acknowledgement', () => {
    const { world, a, b } = pair();
    b.serve = (request) => {
      if (request.args.length > 3) b.engine.respond(request, pattern(1100));
    };
    // What may be sent is used up by the first answer; the caller's word that it came is lost.
    let seen = 0;
    world.loses = (flight) => from(a)(flight) && (seen += 1) === 2;
    a.call(bob, { args: Uint8Array.of(0x93, 1, 2, 3) });
    a.call(bob);
    world.advance(60);
    const slow = b.of('request').find(({ request }) => request.args.length === 3)!.request;
    b.engine.respond(slow, pattern(100));
    world.advance(400);
    expect(a.of('response').map(({ payload }) => payload.length)).toEqual([1100, 100]);
  });

  test('of any size comes through whatever is lost', () => {
    const size = fc.integer({ min: 50, max: 3000 });
    fc.assert(
      fc.property(size, fc.integer(), fc.nat(60), (bytes, seed, handlerMs) => {
        const { world, a, b } = pair();
        const random = new SeededRandom(seed);
        world.loses = () => random.chance(0.1);
        b.serve = () => undefined;
        a.call(bob, { timeoutMs: 20_000 });
        while (b.of('request').length === 0) world.advance(10);
        world.advance(handlerMs);
        b.engine.respond(b.of('request')[0]!.request, pattern(bytes));
        world.advance(20_000);
        expect(a.of('response')).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});
