import type { Address } from '../../../address';
import { ESTABLISHED_AFTER_MS, OVERLOAD_RETRY_MS } from '../../../native-limits';
import { SeededRandom } from '../../../testing/random';
import { CALL } from '../../../wire/native/frames';
import type { OutgoingCall } from '../../engine';
import type { NativeEngineOptions } from '../native-options';
import { World, bob, expectIdle, opening, pattern, reasons, type Side } from '../../../../test/native/private-network';

const HANDLERS = 320;
/** Of all handlers, where most of them run: those that one host and one network may have then. */
const [OF_A_HOST, OF_A_NETWORK] = [HANDLERS / 32, HANDLERS / 16];
const host = (name: string): Address => ({ host: name, port: 7 });

/** A world in which bob answers nothing. */
function silent(options: Partial<NativeEngineOptions> = {}): { world: World; b: Side } {
  const world = new World();
  const b = world.side(bob, { runningHandlersMax: HANDLERS, ...options });
  b.serve = () => undefined;
  return { world, b };
}

/** Calls that take long. */
function occupy(side: Side, count: number): void {
  for (let n = 0; n < count; n += 1) side.call(bob, { timeoutMs: 30_000 });
}

const refused = (side: Side): number => side.of('failure').filter(({ code }) => code === 'RESOURCE_EXHAUSTED').length;

describe('where most handlers run', () => {
  /** One that has been there for a while, and a crowd that has taken most of what there is. */
  function crowded(): { world: World; b: Side; known: Side } {
    const { world, b } = silent();
    const known = world.side(host('10.1.0.1'));
    const greedy = world.side(host('10.2.0.1'));
    for (const each of [known, greedy]) each.call(bob, { timeoutMs: 100 });
    world.advance(ESTABLISHED_AFTER_MS + 1000);
    occupy(greedy, HANDLERS);
    world.advance(100);
    expect(refused(greedy)).toBe(HANDLERS / 4);
    return { world, b, known };
  }

  test('a host is refused what is more than its part, and is told that nothing has run', () => {
    const { world, known } = crowded();
    occupy(known, OF_A_HOST + 5);
    world.advance(100);
    expect(known.of('failure')).toHaveLength(5);
    expect(known.of('failure')[0]).toMatchObject({ code: 'RESOURCE_EXHAUSTED', executed: 'no', origin: 'remote' });
  });

  test('peers of a network that have just come take no more than half of its part from those that were there', () => {
    const { world, known } = crowded();
    const strangers = Array.from({ length: 20 }, (_, n) => world.side(host(`10.1.0.${10 + n}`)));
    for (const stranger of strangers) occupy(stranger, OF_A_HOST);
    world.advance(200);
    expect(20 * OF_A_HOST - strangers.reduce((sum, each) => sum + refused(each), 0)).toBe(OF_A_NETWORK / 2);
    occupy(known, OF_A_HOST);
    world.advance(100);
    expect(refused(known)).toBe(0);
  });

  test('a newcomer of another network has to prove its address, and gets in', () => {
    const { world, b } = crowded();
    const newcomer = world.side(host('10.3.0.1'));
    b.serve = (request) => b.engine.respond(request, request.args.slice());
    newcomer.call(bob);
    world.advance(45);
    expect([reasons(b), newcomer.of('response').length]).toEqual([['retry'], 1]);
  });

  test('whoever forges the addresses of a network does not shut it out', () => {
    const { world, b } = crowded();
    for (let forged = 0; forged < 2000; forged += 1) {
      const call = [CALL, 0, 0, 0, 0, 0, 1, 0x40, 200, 4, 1, 2, 3, 4];
      b.engine.receive(opening({ frames: call }), { host: `10.3.0.${forged & 0xff}`, port: forged }, world.now);
      b.drain();
    }
    const newcomer = world.side(host('10.3.0.1'));
    b.serve = (request) => b.engine.respond(request, request.args.slice());
    newcomer.call(bob);
    world.advance(45);
    expect(newcomer.of('response')).toHaveLength(1);
  });
});

test('a peer that acknowledges nothing is not let fill the memory with answers', () => {
  const { world, b } = silent({ queuedBytesMax: 400_000 });
  b.serve = (request) => b.engine.respond(request, pattern(10_000));
  const hoarder = world.side(host('10.2.0.1'));
  hoarder.call(bob);
  world.advance(500);
  world.loses = ({ from }) => from.host === bob.host;
  for (let n = 0; n < 100; n += 1) {
    hoarder.call(bob, { timeoutMs: 30_000 });
    world.advance(1);
  }
  world.advance(500);
  const answered = b.of('request').length;
  expect([answered, b.of('overload').length]).toEqual([1 + 30, 70]);
  world.loses = () => false;
  world.advance(30_000);
  expect([hoarder.of('response').length, refused(hoarder)]).toEqual([31, 70]);
  expectIdle({ a: hoarder, b });
});

test('peers that come and go, move, and fail leave nothing counted behind', () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const random = new SeededRandom(seed);
    const chance = (below: number): number => random.bytes(1)[0]! % below;
    const { world, b } = silent({ runningHandlersMax: 8, associationsMax: 6 });
    b.serve = (request) => {
      if (chance(3) > 0) b.engine.respond(request, pattern(chance(4) * 1000));
    };
    const peers = Array.from({ length: 8 }, (_, n) => world.side(host(`10.${n & 1}.0.${n}`)));
    for (let round = 0; round < 200; round += 1) {
      const peer = peers[chance(peers.length)]!;
      if (chance(20) === 0) peer.restart();
      if (chance(20) === 0) peer.address = host(`10.${chance(3)}.1.${chance(200)}`);
      const changes: Partial<OutgoingCall> = { args: pattern(chance(5) * 900), oneWay: chance(4) === 0 };
      peer.call(bob, { timeoutMs: 2000, ...changes });
      world.advance(chance(100));
    }
    world.advance(300_000);
    expect([b.engine.unansweredRequests, b.engine.peers()]).toEqual([0, []]);
    const peer = world.side(host('10.9.0.1'));
    occupy(peer, 6);
    world.advance(100);
    expect(refused(peer)).toBe(0);
  }
});

test('what a refusal says of when to try again is a second, where a place has to become free', () => {
  const { world, b } = silent({ runningHandlersMax: 1 });
  const peer = world.side(host('10.1.0.1'));
  occupy(peer, 2);
  world.advance(50);
  expect(b.of('overload')).toMatchObject([{ retryAfterMs: OVERLOAD_RETRY_MS }]);
});
