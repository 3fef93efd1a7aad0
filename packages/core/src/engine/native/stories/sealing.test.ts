import { OPENING_PACKET_BYTES_MIN, AMPLIFICATION_FACTOR } from '../../../native-limits';
import { CALL } from '../../../wire/native/frames';
import { OPENING_PACKET, PLAIN_HEADER_BYTES, OPENING_HEADER_BYTES } from '../../../wire/native/packet';
import {
  alice,
  bob,
  carol,
  expectIdle,
  framesOf,
  from,
  opening,
  pair,
  pattern,
  reasons,
  sameBytes,
} from '../../../../test/native/private-network';
import type { NativeEngineOptions } from '../native-options';
import type { PacketKind, PacketSeal } from '../packets/seal';

/** Bytes that sealing adds, different for the two kinds. */
const TAG_BYTES = { opening: 24, plain: 16 } as const;
const kindOf = (packet: Uint8Array): PacketKind => (packet[0] === OPENING_PACKET ? 'opening' : 'plain');

/** No protection, but everything of its form: frames that cannot be read, a tag, and the whole number in both. */
class TestSeal implements PacketSeal {
  /** The numbers of the packets that were sealed. */
  readonly sealed: number[] = [];

  overheadBytes(kind: PacketKind): number {
    return TAG_BYTES[kind];
  }

  seal(packet: Uint8Array, number: number): Uint8Array {
    this.sealed.push(number);
    const sealed = new Uint8Array(packet.length + TAG_BYTES[kindOf(packet)]);
    sealed.set(mask(packet, number));
    sealed.fill(tagOf(packet, number), packet.length);
    return sealed;
  }

  open(datagram: Uint8Array, number: number): Uint8Array | undefined {
    const tagAt = datagram.length - TAG_BYTES[kindOf(datagram)];
    const packet = mask(datagram.subarray(0, tagAt), number);
    const tag = tagOf(packet, number);
    return datagram.subarray(tagAt).every((byte) => byte === tag) ? packet : undefined;
  }
}

/** Changes the frames to what cannot be read, and back. */
function mask(packet: Uint8Array, number: number): Uint8Array {
  const framesAt = kindOf(packet) === 'opening' ? OPENING_HEADER_BYTES : PLAIN_HEADER_BYTES;
  const key = 0xa5 ^ (number % 251);
  return packet.map((byte, index) => (index < framesAt ? byte : byte ^ key));
}

function tagOf(packet: Uint8Array, number: number): number {
  let sum = Math.floor(number / 2 ** 32) + number;
  for (const byte of packet) sum = (sum * 31 + byte) % 65_521;
  return sum & 0xff;
}

const sealedPair = (changes: Partial<NativeEngineOptions> = {}): ReturnType<typeof pair> & { seals: TestSeal[] } => {
  const seals = [new TestSeal(), new TestSeal()];
  return { ...pair({ a: { seal: seals[0]!, ...changes }, b: { seal: seals[1]!, ...changes } }), seals };
};

describe('packets that are sealed', () => {
  test('carry calls, small and large, both ways, in datagrams no larger than others', () => {
    const { world, a, b } = sealedPair();
    for (const bytes of [3, 1100, 1170, 1180, 1200, 50_000]) {
      a.call(bob, { args: pattern(bytes), timeoutMs: 20_000 });
      b.call(alice, { args: pattern(bytes), timeoutMs: 20_000 });
      world.advance(3000);
    }
    for (const side of [a, b]) {
      expect(side.of('response')).toHaveLength(6);
      for (const { call, payload } of side.of('response')) expect(sameBytes(payload, call.args)).toBe(true);
    }
    const largest = Math.max(...world.sent.map(({ datagram }) => datagram.length));
    expect([largest > 1150, largest <= 1200]).toEqual([true, true]);
    expect(world.sent.flatMap(framesOf).filter(({ type }) => type === CALL)).toEqual([]);
    expectIdle({ a, b });
  });

  test('carry first calls and answers of any size that may just fit, at once', () => {
    for (let bytes = 1090; bytes <= 1180; bytes += 1) {
      const { world, a, b } = sealedPair();
      a.call(bob, { args: pattern(bytes) });
      world.advance(100);
      expect([bytes, a.of('response').length]).toEqual([bytes, 1]);
      expectIdle({ a, b });
    }
  });

  test('come through loss, and each has a number of its own', () => {
    const { world, a, b, seals } = sealedPair({ firstPacketNumber: 2 ** 32 - 30 });
    world.loses = () => world.random.bytes(1)[0]! < 60;
    for (let call = 0; call < 60; call += 1) {
      a.call(bob, { args: pattern(call * 40), timeoutMs: 60_000 });
      world.advance(9);
    }
    world.advance(60_000);
    expect([a.of('response').length, b.of('request').length]).toEqual([60, 60]);
    for (const { sealed } of seals) {
      expect(new Set(sealed).size).toBe(sealed.length);
      expect(Math.max(...sealed)).toBeGreaterThan(2 ** 32);
    }
  });

  test('are padded and held up by what they are on the way', () => {
    const { world, a, b } = sealedPair();
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    a.call(bob);
    world.advance(15);
    const [opened] = world.sent.filter(from(a));
    expect(opened!.datagram).toHaveLength(OPENING_PACKET_BYTES_MIN + TAG_BYTES.opening);
    const answered = world.sent.filter(from(b)).reduce((sum, { datagram }) => sum + datagram.length, 0);
    expect(answered).toBeLessThanOrEqual(AMPLIFICATION_FACTOR * opened!.datagram.length);
    expect(answered).toBeGreaterThan(1100);
  });

  test('end with CLOSE, if there is room for it', () => {
    const { world, a, b } = sealedPair();
    b.serve = () => undefined;
    a.call(bob);
    world.advance(100);
    b.engine.close(world.now);
    world.advance(100);
    expect(a.of('failure')).toMatchObject([{ code: 'UNAVAILABLE' }]);
  });
});

describe('a packet that does not open', () => {
  /** A pair that has talked, and a packet from the caller that never arrived. */
  const withheld = (): ReturnType<typeof sealedPair> & { datagram: Uint8Array } => {
    const sealed = sealedPair();
    const { world, a } = sealed;
    a.call(bob);
    world.advance(500);
    world.loses = () => true;
    a.call(bob, { delivery: 'best-effort' });
    world.advance(0);
    const { datagram } = world.sent.at(-1)!;
    world.loses = () => false;
    return { ...sealed, datagram: datagram.slice() };
  };
  const forged = (datagram: Uint8Array): Uint8Array => datagram.with(-1, datagram.at(-1)! ^ 1);

  test('changes nothing but a counter: not the address, nor what was heard, nor what is acknowledged', () => {
    const { world, b, datagram } = withheld();
    const [before] = b.engine.peers();
    const wakesAt = b.engine.settle();
    b.engine.receive(forged(datagram), carol, world.now);
    b.drain();
    expect(reasons(b)).toEqual(['malformed-packet']);
    expect([b.engine.peers(), b.engine.settle()]).toEqual([[before], wakesAt]);
    expect(world.sent.filter(({ to }) => to === carol)).toEqual([]);
    // The genuine one still counts as new.
    b.engine.receive(datagram, alice, world.now);
    b.drain();
    expect([reasons(b), b.of('request').length]).toEqual([['malformed-packet'], 2]);
  });

  test('is not taken for genuine because of how great its number is', () => {
    const { world, b, datagram } = withheld();
    const far = datagram.slice();
    new DataView(far.buffer).setUint32(9, 0x7fffffff);
    b.engine.receive(far, alice, world.now);
    b.engine.receive(datagram, alice, world.now);
    b.drain();
    expect([reasons(b), b.of('request').length]).toEqual([['malformed-packet'], 2]);
  });

  test('keeps no association alive', () => {
    const { world, b, datagram } = withheld();
    for (let packet = 0; packet < 13; packet += 1) {
      b.engine.receive(forged(datagram), alice, world.now);
      world.advance(10_000);
    }
    expect(b.engine.peers()).toEqual([]);
  });

  test('opens no association, and is not answered', () => {
    const { world, b } = sealedPair();
    b.engine.receive(opening(), carol, world.now);
    world.advance(1000);
    expect([reasons(b), b.engine.peers(), world.sent]).toEqual([['malformed-packet'], [], []]);
  });
});
