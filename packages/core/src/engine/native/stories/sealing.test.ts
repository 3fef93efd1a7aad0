import { OPENING_PACKET_BYTES_MIN, AMPLIFICATION_FACTOR } from '../../../native-limits';
import { CALL } from '../../../wire/native/frames';
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
import { loadCrypto } from '../../../crypto/load-crypto';
import { REKEY_NONCE, type CryptoPort, type DhKeyPair } from '../../../crypto/crypto-port';
import { credentialsOf, keyPairOf, securityOf } from '../../../../test/native/credentials';
import type { PeerSecurity } from '../../engine';
import type { NativeEngineOptions } from '../native-options';

let real: CryptoPort;
beforeAll(async () => {
  real = await loadCrypto();
});

/** Cryptography that fails a test which seals twice with one key and number. */
class WatchedCrypto implements CryptoPort {
  readonly used = new Map<string, number>();

  keyPair(secretKey: Uint8Array): DhKeyPair {
    return real.keyPair(secretKey);
  }

  hash(...parts: Uint8Array[]): Uint8Array {
    return real.hash(...parts);
  }

  hmac(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
    return real.hmac(key, ...parts);
  }

  seal(key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): void {
    const use = `${Buffer.from(key).toString('hex')} ${nonce}`;
    // Sending the very same again gives nothing away.
    if (nonce !== REKEY_NONCE && bytes.length > 80) {
      if (this.used.has(use)) throw new Error(`Sealed twice: ${use}.`);
      this.used.set(use, nonce);
    }
    real.seal(key, nonce, bytes, headerBytes);
  }

  open(key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): boolean {
    return real.open(key, nonce, bytes, headerBytes);
  }
}

interface SealedPair extends ReturnType<typeof pair> {
  readonly crypto: WatchedCrypto;
  /** Who alice calls, and who bob does. */
  readonly toBob: { readonly security: PeerSecurity };
  readonly toAlice: { readonly security: PeerSecurity };
}

/** Two that know each other's public key. */
function sealedPair(changes: Partial<NativeEngineOptions> = {}): SealedPair {
  const crypto = new WatchedCrypto();
  const [aliceKeys, bobKeys] = [keyPairOf(crypto, 1), keyPairOf(crypto, 2)];
  const optionsOf = (keyPair: DhKeyPair): Partial<NativeEngineOptions> => ({
    credentials: credentialsOf(crypto, { keyPair }),
    ...changes,
  });
  return {
    ...pair({ a: optionsOf(aliceKeys), b: optionsOf(bobKeys) }),
    crypto,
    toBob: { security: securityOf(bobKeys) },
    toAlice: { security: securityOf(aliceKeys) },
  };
}

describe('packets that are sealed', () => {
  test('carry calls, small and large, both ways, in datagrams no larger than others', () => {
    const { world, a, b, toBob, toAlice } = sealedPair();
    for (const bytes of [3, 1100, 1170, 1180, 1200, 50_000]) {
      a.call(bob, { ...toBob, args: pattern(bytes), timeoutMs: 20_000 });
      b.call(alice, { ...toAlice, args: pattern(bytes), timeoutMs: 20_000 });
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
    for (let bytes = 940; bytes <= 1180; bytes += 3) {
      const { world, a, b, toBob } = sealedPair();
      a.call(bob, { ...toBob, delivery: 'idempotent', args: pattern(bytes) });
      world.advance(100);
      expect([bytes, a.of('response').length]).toEqual([bytes, 1]);
      expectIdle({ a, b });
    }
  });

  test('come through loss, and no number is used twice with one key', () => {
    const { world, a, b, crypto, toBob } = sealedPair({ firstPacketNumber: 2 ** 32 - 30 });
    world.loses = () => world.random.bytes(1)[0]! < 60;
    for (let call = 0; call < 60; call += 1) {
      a.call(bob, { ...toBob, args: pattern(call * 40), timeoutMs: 60_000 });
      world.advance(9);
    }
    world.advance(60_000);
    expect([a.of('response').length, b.of('request').length]).toEqual([60, 60]);
    expect(Math.max(...crypto.used.values())).toBeGreaterThan(2 ** 32);
  });

  test('are padded and held up by what they are on the way', () => {
    const { world, a, b, toBob } = sealedPair();
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    a.call(bob, { ...toBob, delivery: 'idempotent' });
    world.advance(15);
    const [opened] = world.sent.filter(from(a));
    expect(opened!.datagram).toHaveLength(OPENING_PACKET_BYTES_MIN);
    const answered = world.sent.filter(from(b)).reduce((sum, { datagram }) => sum + datagram.length, 0);
    expect(answered).toBeLessThanOrEqual(AMPLIFICATION_FACTOR * opened!.datagram.length);
    expect(answered).toBeGreaterThan(1100);
  });

  test('end with CLOSE, if there is room for it', () => {
    const { world, a, b, toBob } = sealedPair();
    b.serve = () => undefined;
    a.call(bob, toBob);
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
    const { world, a, toBob } = sealed;
    a.call(bob, toBob);
    world.advance(500);
    world.loses = () => true;
    a.call(bob, { ...toBob, delivery: 'best-effort' });
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
    expect(reasons(b)).toEqual(['not-authentic']);
    expect([b.engine.peers(), b.engine.settle()]).toEqual([[before], wakesAt]);
    expect(world.sent.filter(({ to }) => to === carol)).toEqual([]);
    // The genuine one still counts as new.
    b.engine.receive(datagram, alice, world.now);
    b.drain();
    expect([reasons(b), b.of('request').length]).toEqual([['not-authentic'], 2]);
  });

  test('is not taken for genuine because of how great its number is', () => {
    const { world, b, datagram } = withheld();
    const far = datagram.slice();
    new DataView(far.buffer).setUint32(9, 0x7fffffff);
    b.engine.receive(far, alice, world.now);
    b.engine.receive(datagram.slice(), alice, world.now);
    b.drain();
    expect([reasons(b), b.of('request').length]).toEqual([['not-authentic'], 2]);
  });

  test('does not end a handshake, though its handshake message is genuine', () => {
    const { world, a, b, toBob } = sealedPair();
    world.loses = from(b);
    a.call(bob, toBob);
    world.advance(50);
    const answer = world.sent.find(from(b))!;
    a.engine.receive(forged(answer.datagram), bob, world.now);
    a.drain();
    expect(reasons(a)).toEqual(['not-authentic']);
    // Another process draws another ephemeral key: its answer counts as well as the first would have.
    b.restart();
    world.loses = () => false;
    world.advance(2000);
    expect(a.of('response')).toHaveLength(1);
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
    expect([reasons(b), b.engine.peers(), world.sent]).toEqual([['not-authentic'], [], []]);
  });
});
