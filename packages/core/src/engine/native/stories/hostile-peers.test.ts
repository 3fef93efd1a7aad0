import {
  ASSOCIATION_IDLE_MS,
  CALLS_ANSWERED_MAX,
  CALLS_QUEUED_MAX,
  RESETS_PER_SECOND_MAX,
} from '../../../native-limits';
import { ACK, CALL, PART, PING, writeHello } from '../../../wire/native/frames';
import { OPENING_PACKET, decodePacket, encodeReset, writeOpeningHeader } from '../../../wire/native/packet';
import { Writer } from '../../../wire/native/writer';
import {
  acquainted,
  alice,
  bob,
  callsIn,
  carol,
  expectIdle,
  framesOf,
  idOf,
  ids,
  opening,
  pair,
  pattern,
  plain,
  reasons,
  resets,
} from '../../../../test/native/private-network';

describe('hostile peers', () => {
  test('are refused when parts contradict each other', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const id = idOf(world, b);
    const parts = [PART, 0x40, 100, 0, 10, 0, 2, 1, 1, PART, 0x40, 100, 0, 11, 2, 2, 1, 1];
    b.engine.receive(plain(id, 5000, ...parts), alice, world.now);
    b.drain();
    expect(callsIn(world.sent)).toHaveLength(1);
    expect(world.sent.flatMap(framesOf)).toContainEqual(expect.objectContaining({ number: 100, code: 9, executed: 0 }));
  });

  test('are refused when joined parts are no message, or another one', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const id = idOf(world, b);
    b.engine.receive(plain(id, 5000, PART, 20, 0, 2, 0, 2, 0xff, 0xff), alice, world.now);
    b.engine.receive(plain(id, 5001, PART, 22, 0, 3, 0, 3, 0x05, 22, 0), alice, world.now);
    b.drain();
    const failures = world.sent.flatMap(framesOf).filter((frame) => frame.type === 0x06);
    expect(failures).toMatchObject([
      { number: 20, code: 9 },
      { number: 22, code: 9 },
    ]);
  });

  test('that make more holes in their call numbers than are remembered lose their association', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const id = idOf(world, b);
    for (let packet = 0; packet < 5000; packet += 1) {
      const number = 4 * packet + 100;
      const call = [CALL, 0x80, number >> 16, (number >> 8) & 0xff, number & 0xff, 4, 0, 0, 0, 1, 5, 0];
      b.engine.receive(plain(id, 5000 + packet, ...call), alice, world.now);
      b.drain();
    }
    expect(b.of('request').length).toBeLessThan(4100);
    expect(new Set(reasons(b))).toEqual(new Set(['unknown-association']));
    expect(resets(world).length).toBe(RESETS_PER_SECOND_MAX);
  });

  test('that reset a call for which another association has no room end it', () => {
    const { world, a } = pair();
    world.loses = () => true;
    a.call(bob, { delivery: 'idempotent' });
    a.drain();
    const first = decodePacket(world.sent[0]!.datagram);
    if (typeof first === 'string' || first.type !== OPENING_PACKET) throw new Error('no opening');
    const writer = new Writer(100);
    writeOpeningHeader(writer, ids.bytes(8), undefined, 0);
    writeHello(writer, { ageMs: 0, messageBytesMax: 1000, callsMax: 1, features: [] });
    a.engine.receive(Uint8Array.of(...writer.take(), PING), bob, world.now);
    world.advance(50);
    const second = decodePacket(world.sent.at(-1)!.datagram);
    if (typeof second === 'string' || second.type !== OPENING_PACKET) throw new Error('no opening');
    a.engine.receive(plain(second.sourceId, 1, PING), bob, world.now);
    for (let call = 0; call < CALLS_QUEUED_MAX + 1; call += 1) a.call(bob);
    a.engine.receive(encodeReset(first.sourceId), bob, world.now);
    a.drain();
    expect(a.of('failure')).toMatchObject([{ code: 'UNAVAILABLE', executed: 'unknown' }]);
  });

  test('that open from the address of another take none of the calls to it', () => {
    const { world, a } = acquainted();
    const call = a.call(bob);
    for (let packet = 0; packet < 3; packet += 1)
      a.engine.receive(opening({ sourceId: ids.bytes(8), frames: [PING] }), bob, world.now);
    const further = [a.call(bob), a.call(bob, { args: pattern(5000) })];
    world.advance(500);
    expect(a.of('response').map((output) => output.call)).toEqual([call, ...further]);
  });

  test('that acknowledge no reply cannot make this side keep more than so many', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    a.call(bob);
    world.advance(500);
    b.serve = (request) => b.engine.respond(request, Uint8Array.of(1));
    const id = idOf(world, b);
    for (let packet = 0; packet < 5000; packet += 1) {
      const number = 2 * packet + 100;
      const call = [CALL, 0x80, number >> 16, (number >> 8) & 0xff, number & 0xff, 0, 0, 0, 0, 1, 5, 0];
      b.engine.receive(plain(id, 5000 + packet, ...call), alice, world.now);
      b.drain();
    }
    expect(b.engine.peers()[0]!.requests).toBe(CALLS_ANSWERED_MAX);
    expect(reasons(b).filter((reason) => reason === 'overload')).toHaveLength(5000 - CALLS_ANSWERED_MAX + 1);
  });

  test('that answer what was not asked are not heard', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    a.outputs.length = 0;
    const id = idOf(world, a);
    const answers = [0x05, 40, 0, 0x06, 40, 0, 0, 0, PART, 40, 1, 20, 0, 1, 7, ACK, 0, 0, 0, 0, 0, 1, 0];
    a.engine.receive(plain(id, 5000, ...answers), bob, world.now);
    world.advance(500);
    expect(a.outputs).toEqual([]);
    expectIdle({ a, b });
  });

  test('make nothing throw and nothing grow, whatever they send in whatever state', () => {
    const { world, a, b } = pair({ b: { runningHandlersMax: 20 } });
    const chance = (below: number): number => (world.random.bytes(1)[0]! * 256 + world.random.bytes(1)[0]!) % below;
    const mangle = (datagram: Uint8Array): Uint8Array => {
      if (datagram.length > 1 && chance(5) === 0) datagram[0] = OPENING_PACKET + chance(3);
      for (let flip = chance(4); flip > 0 && datagram.length > 0; flip -= 1) {
        datagram[chance(datagram.length)]! ^= 1 << chance(8);
      }
      return chance(8) === 0 ? datagram.subarray(0, chance(datagram.length + 1)) : datagram;
    };
    for (let round = 0; round < 20_000; round += 1) {
      if (round % 40 === 0) a.call(bob, { timeoutMs: 2000, args: pattern(chance(4000)), oneWay: chance(3) === 0 });
      if (round % 1000 === 0) b.restart();
      const seen = world.sent[world.sent.length - 1 - chance(Math.min(world.sent.length, 30) || 1)];
      const given = seen === undefined || chance(4) === 0 ? world.random.bytes(chance(60)) : seen.datagram.slice();
      const datagram = mangle(given);
      const target = chance(2) === 0 ? a : b;
      const sender = [alice, bob, carol][chance(3)]!;
      target.engine.describe(datagram);
      target.engine.receive(datagram, sender, world.now);
      target.drain();
      if (round % 10 === 0) world.advance(chance(20));
    }
    world.advance(3 * ASSOCIATION_IDLE_MS);
    expectIdle({ a, b });
    expect([a.engine.settle(), b.engine.settle()]).toEqual([Infinity, Infinity]);
  });
});
