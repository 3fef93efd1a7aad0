import fc from 'fast-check';
import type { Address } from '../../../address';
import { ASSOCIATION_IDLE_MS, AMPLIFICATION_FACTOR } from '../../../native-limits';
import { CALL, PING, writeAck } from '../../../wire/native/frames';
import { decodePacket, type OpeningPacket } from '../../../wire/native/packet';
import { Writer } from '../../../wire/native/writer';
import {
  type World,
  acquainted,
  alice,
  bob,
  carol,
  idOf,
  ids,
  opening,
  pair,
  pattern,
  plain,
  reasons,
} from '../../../../test/native/private-network';

describe('an address that is not proven', () => {
  const sentTo = (world: World, address: Address): number =>
    world.sent.filter(({ to }) => to.host === address.host).reduce((sum, { datagram }) => sum + datagram.length, 0);

  test('gets at most three times the bytes that came from it', () => {
    const size = fc.integer({ min: 0, max: 1000 });
    const steps = fc.array(fc.record({ size, waitMs: fc.nat(2000), same: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(steps, fc.nat(4000), (all, replyBytes) => {
        const { world, b } = pair();
        b.serve = (request) => b.engine.respond(request, pattern(replyBytes));
        let received = 0;
        let sourceId = ids.bytes(8);
        for (const [index, step] of all.entries()) {
          if (!step.same) sourceId = ids.bytes(8);
          const call = [CALL, 2 * (index % 32), 0, 0, 0, 0, 1, 0x40, 200, 0x40 | (step.size >> 8), step.size & 0xff];
          const datagram = opening({ sourceId, frames: [...call, ...pattern(step.size)] });
          new DataView(datagram.buffer).setUint32(18, index);
          received += datagram.length;
          b.engine.receive(datagram, carol, world.now);
          world.advance(step.waitMs);
          expect(sentTo(world, carol)).toBeLessThanOrEqual(3 * received);
        }
        b.engine.close(world.now);
        world.advance(ASSOCIATION_IDLE_MS);
        expect(sentTo(world, carol)).toBeLessThanOrEqual(3 * received);
      }),
      { numRuns: 200 },
    );
  });

  test('gets no more because of what comes from elsewhere', () => {
    const { world, b } = pair();
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    const sourceId = ids.bytes(8);
    const first = opening({ sourceId, frames: [CALL, 0, 0, 0, 0, 0, 1, 0x50, 0, 0] });
    b.engine.receive(first, carol, world.now);
    for (let number = 1; number < 100; number += 1) {
      const more = opening({ sourceId });
      new DataView(more.buffer).setUint32(18, number);
      b.engine.receive(more, alice, world.now);
      world.advance(10);
    }
    expect(sentTo(world, carol)).toBeLessThanOrEqual(3 * first.length);
  });

  test('that sent next to nothing gets next to nothing, and wakes nobody', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const packet = plain(idOf(world, b), 5000, PING);
    b.engine.receive(packet, carol, world.now);
    world.advance(60_000);
    expect(sentTo(world, carol)).toBeLessThanOrEqual(AMPLIFICATION_FACTOR * packet.length);
    expect(world.sent.filter(({ to }) => to === carol).length).toBeLessThanOrEqual(1);
  });

  test('is not proven by who hears our id elsewhere, and names us from there', () => {
    const { world, b } = pair();
    b.serve = (request) => b.engine.respond(request, pattern(50_000));
    const sourceId = ids.bytes(8);
    const numbered = (number: number, frames: number[]): Uint8Array => {
      const datagram = opening({ sourceId, frames });
      new DataView(datagram.buffer).setUint32(18, number);
      return datagram;
    };
    // It says that it is carol, then sends from where it really is and hears our id there.
    let received = 0;
    const fromCarol = (datagram: Uint8Array): void => {
      received += datagram.length;
      b.engine.receive(datagram, carol, world.now);
      world.advance(5);
    };
    fromCarol(numbered(0, [PING]));
    b.engine.receive(numbered(1, [PING]), alice, world.now);
    world.advance(50);
    const heard = world.sent.find(({ to }) => to === alice)!;
    const id = (decodePacket(heard.datagram) as OpeningPacket).sourceId;
    for (let number = 2; number < 20; number += 1) {
      fromCarol(plain(id, number, CALL, 2 * number, 0, 0, 0, 0, 1, 0x50, 0, 0));
      expect(sentTo(world, carol)).toBeLessThanOrEqual(AMPLIFICATION_FACTOR * received);
    }
    world.advance(10_000);
    expect(sentTo(world, carol)).toBeLessThanOrEqual(AMPLIFICATION_FACTOR * received);
  });

  test.each([
    ['what was never sent', { start: 100, end: 100 }],
    ['what lies below 0', { start: -1, end: 0 }],
  ])('that acknowledges %s ends the association, silently', (_what, range) => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const id = idOf(world, b);
    const ack = new Writer(20);
    writeAck(ack, 0, [range]);
    const sent = world.sent.length;
    b.engine.receive(plain(id, 5000, PING, ...ack.take()), carol, world.now);
    b.drain();
    expect([world.sent.length, b.engine.peers()]).toEqual([sent, []]);
    b.engine.receive(plain(id, 5001, PING), carol, world.now);
    b.drain();
    expect(reasons(b)).toEqual(['unknown-association']);
  });
});
