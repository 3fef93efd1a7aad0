import type { Address } from '../../../address';
import {
  FIRST_PROBE_MS_MAX,
  RETRY_SECRET_MS,
  RETRY_TOKEN_MS,
  UNPROVEN_ASSOCIATIONS_MAX,
  UNPROVEN_BURST_SECONDS,
  UNPROVEN_PER_SECOND_MAX,
} from '../../../native-limits';
import { CALL, HELLO, PING, RETRY_TOKEN_FEATURE, type HelloFrame } from '../../../wire/native/frames';
import { OPENING_PACKET, RETRY, encodeRetry } from '../../../wire/native/packet';
import type { NativeEngineOptions } from '../native-options';
import {
  acquainted,
  alice,
  bob,
  callsIn,
  carol,
  expectIdle,
  framesOf,
  from,
  idOf,
  ids,
  opening,
  pair,
  pattern,
  reasons,
  type Flight,
  type Side,
  type World,
} from '../../../../test/native/private-network';

/** An endpoint that asks every stranger for proof. */
const WARY: Partial<NativeEngineOptions> = { load: { unprovenMax: 0, unprovenPerSecond: 1000 } };

const isRetry = ({ datagram }: Flight): boolean => datagram[0] === RETRY;
const tokensIn = (flights: readonly Flight[]): string[] =>
  flights
    .flatMap(framesOf)
    .filter((frame): frame is HelloFrame => frame.type === HELLO)
    .flatMap(({ features }) => features.filter(({ id }) => id === RETRY_TOKEN_FEATURE))
    .map(({ value }) => Buffer.from(value).toString('hex'));
const answers = (side: Side): number => side.of('response').length;
const bytesTo = (world: World, to: Address): number =>
  world.sent.filter((flight) => flight.to === to).reduce((sum, { datagram }) => sum + datagram.length, 0);

describe('an endpoint under load', () => {
  test('asks a stranger for proof, keeps nothing, and answers when the proof has come', () => {
    const { world, a, b } = pair({ b: WARY });
    a.call(bob);
    world.advance(15);
    expect([reasons(b), b.engine.peers()]).toEqual([['retry'], []]);
    world.advance(30);
    expect([answers(a), b.of('request').length]).toEqual([1, 1]);
    const [retry] = world.sent.filter(isRetry);
    const token = Buffer.from(retry!.datagram.subarray(9)).toString('hex');
    expect(tokensIn(world.sent.filter(from(a)))).toEqual([token]);
    world.advance(500);
    expectIdle({ a, b });
  });

  test('takes the address of who brings a token for proven: a large answer is not held up', () => {
    const { world, a, b } = pair({ b: WARY });
    b.serve = (request) => b.engine.respond(request, pattern(5000));
    a.call(bob);
    world.advance(45);
    expect(answers(a)).toBe(1);
  });

  test('sends no more than it was sent, and nothing to who sent less', () => {
    const { world, b } = pair({ b: WARY });
    const short = opening({ hello: false, frames: [HELLO, 0, 1, 1, 0, PING] });
    b.engine.receive(short, carol, world.now);
    b.drain();
    expect([short.length < 29, world.sent]).toEqual([true, []]);
    const long = opening({ frames: [CALL, 0, 0, 0, 0, 0, 1, 0x40, 200, 4, 1, 2, 3, 4] });
    b.engine.receive(long, carol, world.now);
    b.drain();
    expect(bytesTo(world, carol)).toBeLessThanOrEqual(long.length);
    expect(world.sent.map(isRetry)).toEqual([true]);
  });

  test('goes on serving those who have proved their address', () => {
    const { world, a, b } = acquainted({ b: { load: { unprovenMax: 1000, unprovenPerSecond: 1 } } });
    for (let stranger = 0; stranger < 1000; stranger += 1) {
      b.engine.receive(opening(), { host: '10.9.9.9', port: stranger }, world.now);
      b.drain();
    }
    a.call(bob);
    world.advance(25);
    expect(answers(a)).toBe(1);
  });

  test('keeps no more of a flood than its limits allow, and lets a newcomer in during it', () => {
    const { world, b } = pair({ b: { load: { unprovenMax: 50, unprovenPerSecond: 20 } } });
    const newcomer = world.side({ host: '10.7.7.7', port: 7 });
    newcomer.call(bob);
    let inBytes = 0;
    let outBytes = 0;
    for (let ms = 0; ms < 5000; ms += 1) {
      const forged = { host: `10.${ms % 250}.${ms >> 8}.1`, port: 9 };
      const datagram = opening({ frames: [CALL, 0, 0, 0, 0, 0, 1, 0x40, 200, 4, 1, 2, 3, 4] });
      inBytes += datagram.length;
      b.engine.receive(datagram, forged, world.now);
      world.advance(1);
      outBytes += world.sent.filter(({ to }) => to === forged).reduce((sum, flight) => sum + flight.datagram.length, 0);
    }
    expect(b.engine.peers().length).toBeLessThanOrEqual(51);
    expect(outBytes).toBeLessThanOrEqual(3 * inBytes);
    expect(newcomer.of('response').length).toBe(1);
  });

  test('asks nobody any more once the strangers have proved their address, or gone', () => {
    const { world, a, b } = pair({ b: { load: { unprovenMax: 1, unprovenPerSecond: 1000 } } });
    const newcomer = world.side(carol);
    a.call(bob);
    world.advance(30);
    newcomer.call(bob);
    world.advance(15);
    expect(reasons(b)).toEqual(['retry']);
    a.call(bob);
    world.advance(500);
    const third = world.side({ host: '10.7.7.7', port: 7 });
    third.call(bob);
    world.advance(30);
    expect([reasons(b), third.of('response').length]).toEqual([['retry'], 1]);
  });
});

test.each([
  ['in one moment', 0, UNPROVEN_PER_SECOND_MAX * UNPROVEN_BURST_SECONDS],
  ['in a second', 1000 / (2 * UNPROVEN_PER_SECOND_MAX), UNPROVEN_PER_SECOND_MAX * 2 * UNPROVEN_BURST_SECONDS - 1],
  ['at once', 10, UNPROVEN_ASSOCIATIONS_MAX],
])('an endpoint that is told nothing else lets in a bounded number of strangers %s', (_what, everyMs, strangers) => {
  const { world, b } = pair();
  for (let stranger = 0; stranger < strangers; stranger += 1) {
    b.engine.receive(opening(), { host: '10.9.9.9', port: stranger }, world.now);
    world.now += everyMs;
  }
  b.drain();
  expect(reasons(b)).not.toContain('retry');
  b.engine.receive(opening(), carol, world.now);
  b.drain();
  expect(reasons(b)).toContain('retry');
});

describe('a token', () => {
  /** The token that bob gives to alice. */
  function given(): { world: World; b: Side; token: Uint8Array } {
    const { world, a, b } = pair({ b: WARY });
    a.call(bob);
    world.advance(0);
    world.loses = isRetry;
    world.advance(15);
    const token = world.sent.find(isRetry)!.datagram.slice(9);
    b.outputs.length = 0;
    return { world, b, token };
  }

  /** Whether bob lets somebody in with a token. */
  function letsIn({ world, b }: { world: World; b: Side }, token: Uint8Array, address: Address): boolean {
    const datagram = opening({ features: [{ id: RETRY_TOKEN_FEATURE, value: token }] });
    b.engine.receive(datagram, address, world.now);
    b.drain();
    return !reasons(b).includes('retry');
  }

  test('lets in who it was given to', () => {
    const all = given();
    expect(letsIn(all, all.token, alice)).toBe(true);
  });

  test.each([
    ['host', { host: '10.0.0.99', port: alice.port }],
    ['port', { host: alice.host, port: alice.port + 1 }],
  ])('is no use to another %s', (_what, address) => {
    const all = given();
    expect(letsIn(all, all.token, address)).toBe(false);
  });

  test('is no use with any bit flipped, cut short, or made longer', () => {
    const all = given();
    for (let bit = 0; bit < 8 * all.token.length; bit += 1) {
      all.b.outputs.length = 0;
      const forged = all.token.slice();
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(letsIn(all, forged, alice)).toBe(false);
    }
    for (const wrong of [all.token.subarray(1), Uint8Array.of(...all.token, 0), new Uint8Array(0)]) {
      all.b.outputs.length = 0;
      expect(letsIn(all, wrong, alice)).toBe(false);
    }
  });

  test.each([
    [RETRY_TOKEN_MS - 100, true],
    [RETRY_TOKEN_MS + 100, false],
    [RETRY_SECRET_MS + RETRY_TOKEN_MS, false],
  ])('after %i ms: good is %s', (afterMs, good) => {
    const all = given();
    all.world.sides.splice(0, 1);
    all.world.advance(afterMs);
    expect(letsIn(all, all.token, alice)).toBe(good);
  });

  test('outlives the secret that it was made under, for its time', () => {
    const all = given();
    all.world.sides.splice(0, 1);
    all.world.advance(RETRY_SECRET_MS - 2000);
    all.b.engine.receive(opening({ frames: [CALL, 0, 0, 0, 0, 0, 1, 0x40, 200, 4, 1, 2, 3, 4] }), carol, all.world.now);
    all.b.drain();
    const token = all.world.sent.findLast(isRetry)!.datagram.slice(9);
    all.world.advance(10_000);
    all.b.engine.receive(opening({ frames: [CALL, 0, 0, 0, 0, 0, 1, 0x40, 200, 4, 1, 2, 3, 4] }), alice, all.world.now);
    all.b.drain();
    all.b.outputs.length = 0;
    expect(letsIn(all, token, carol)).toBe(true);
  });
});

describe('an opener that is asked for proof', () => {
  test('loses no call of any kind, and runs none twice', () => {
    const { world, a, b } = pair({ b: WARY });
    for (const delivery of ['at-most-once', 'idempotent', 'best-effort'] as const) a.call(bob, { delivery });
    a.call(bob, { args: pattern(20_000) });
    world.advance(500);
    expect([answers(a), b.of('request').length]).toEqual([4, 4]);
    expect(callsIn(world.sent.filter(from(a))).map(({ number }) => number)).toContain(1);
    expectIdle({ a, b });
  });

  test('runs no call of best effort twice of which a late packet tells that was sent before the retry', () => {
    const { world, a, b } = pair({ b: { load: { unprovenMax: 1, unprovenPerSecond: 1000 } } });
    b.engine.receive(opening(), carol, world.now);
    a.call(bob, { delivery: 'best-effort' });
    a.call(bob, { delivery: 'best-effort', args: pattern(3000) });
    world.advance(500);
    const first = world.sent.filter(from(a)).filter(({ at }) => at === world.sent.find(from(a))!.at);
    expect([answers(a), b.of('request').length, first.length]).toEqual([2, 2, 3]);
    for (const { datagram } of first) b.engine.receive(datagram.slice(), alice, world.now);
    b.drain();
    expect([b.of('request').length, reasons(b)]).toEqual([2, ['retry', 'retry', 'retry']]);
    expectIdle({ a, b });
  });

  test.each([1100, 1120, 1130, 1140, 1150, 1160, 1200])('still fits a call of %i bytes into its packets', (bytes) => {
    const { world, a, b } = pair({ b: WARY });
    a.call(bob, { args: pattern(bytes) });
    world.advance(200);
    expect(answers(a)).toBe(1);
    expect(Math.max(...world.sent.map(({ datagram }) => datagram.length))).toBeLessThanOrEqual(1200);
    expectIdle({ a, b });
  });

  test('does so when it only asks whether the peer is there', () => {
    const { world, a } = pair({ b: WARY });
    a.call(bob, { waitForReady: true });
    world.advance(100);
    expect(answers(a)).toBe(1);
  });

  test.each(['the retry', 'what it answers with'])('tries again if %s is lost', (lost) => {
    const { world, a, b } = pair({ b: WARY });
    let left = 1;
    world.loses = (flight) => {
      const hit = lost === 'the retry' ? isRetry(flight) : tokensIn([flight]).length > 0;
      return hit && left-- > 0;
    };
    a.call(bob);
    world.advance(2 * FIRST_PROBE_MS_MAX + 100);
    expect([answers(a), b.of('request').length]).toEqual([1, 1]);
  });

  test('takes a newer token when the first is too old', () => {
    const { world, a, b } = pair({ b: WARY });
    world.loses = (flight) => tokensIn([flight]).length > 0 && world.now < 1000 + RETRY_TOKEN_MS + 1000;
    a.call(bob, { timeoutMs: 30_000 });
    world.advance(25_000);
    expect([answers(a), b.of('request').length]).toEqual([1, 1]);
    expect(new Set(tokensIn(world.sent)).size).toBe(2);
  });

  test('does not send more than once for each retry, and learns no round trip from it', () => {
    const { world, a } = pair({ b: WARY });
    world.copies = 3;
    a.call(bob);
    world.advance(45);
    expect(world.sent.filter(from(a)).filter(({ datagram }) => datagram[0] === OPENING_PACKET).length).toBeLessThan(5);
    expect(a.engine.peers()[0]!.roundTripMs).toBeLessThan(25);
  });

  test('pays no attention to a retry once it has heard of the peer, nor to one that it has no reason to expect', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const before = world.sent.length;
    for (const id of [ids.bytes(8), idOf(world, a), idOf(world, b)]) {
      for (const side of [a, b]) side.engine.receive(encodeRetry(id, Uint8Array.of(1)), bob, world.now);
    }
    for (const side of [a, b]) side.drain();
    for (const side of [a, b])
      expect(reasons(side).sort()).toEqual(['late', 'unknown-association', 'unknown-association']);
    expect(world.sent.length).toBe(before);
  });
});
