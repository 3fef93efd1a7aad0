import { inspect } from 'node:util';
import fc from 'fast-check';
import type { CryptoPort, DhKeyPair } from '../../../crypto/crypto-port';
import { loadCrypto } from '../../../crypto/load-crypto';
import { HandshakeState, NOISE_MESSAGE_BYTES_MAX, type HandshakeOptions } from './handshake-state';
import { IK, NK, NN_PSK0, type HandshakePattern } from './patterns';

const hex = (data: Uint8Array | undefined): string | undefined => data && Buffer.from(data).toString('hex');
const NOTHING = new Uint8Array(0);
const PROLOGUE = Uint8Array.of(1, 2, 3);
const PSK = new Uint8Array(32).fill(77);
const LOW_ORDER = new Uint8Array(32);

let crypto: CryptoPort;
beforeAll(async () => {
  crypto = await loadCrypto();
});

/** The key pair of a secret that is one number all over. */
const pairOf = (secret: number): DhKeyPair => crypto.keyPair(new Uint8Array(32).fill(secret));
const CLIENT = 1;
const SERVER = 2;
const STRANGER = 3;

type Changes = Partial<Omit<HandshakeOptions, 'crypto' | 'pattern'>>;

function initiatorOf(pattern: HandshakePattern, changes: Changes = {}): HandshakeState {
  return new HandshakeState({
    crypto,
    pattern,
    initiator: true,
    prologue: PROLOGUE,
    ...(pattern === IK && { s: pairOf(CLIENT) }),
    ...(pattern.responderKnown ? { rs: pairOf(SERVER).publicKey } : { psk: PSK }),
    ...changes,
  });
}

function responderOf(pattern: HandshakePattern, changes: Changes = {}): HandshakeState {
  const own = pattern.responderKnown ? { s: pairOf(SERVER) } : { psk: PSK };
  return new HandshakeState({ crypto, pattern, initiator: false, prologue: PROLOGUE, ...own, ...changes });
}

const first = (initiator: HandshakeState, payload = NOTHING): Uint8Array =>
  initiator.writeMessage(payload, pairOf(10))!;
const second = (responder: HandshakeState, payload = NOTHING): Uint8Array =>
  responder.writeMessage(payload, pairOf(20))!;

/** The message with one bit changed, wherever the number says. */
function flipped(message: Uint8Array, bit: number): Uint8Array {
  const at = bit % (8 * message.length);
  return message.with(at >> 3, message[at >> 3]! ^ (1 << (at & 7)));
}

const patterns = [NN_PSK0, NK, IK].map((pattern) => [pattern.name, pattern] as const);

describe.each(patterns)('a handshake of %s', (_name, pattern) => {
  test('gives both sides the same keys, hash and early key, whatever its payloads are', () => {
    const data = fc.uint8Array({ maxLength: 300 });
    const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(data, data, data, secret, secret, (prologue, payload, answer, e1, e2) => {
        const [initiator, responder] = [initiatorOf(pattern, { prologue }), responderOf(pattern, { prologue })];
        const message = initiator.writeMessage(payload, crypto.keyPair(e1))!;
        expect(hex(responder.readMessage(message))).toBe(hex(payload));
        expect(initiator.earlyKey()).toEqual(responder.earlyKey());
        const early = hex(initiator.earlyKey());
        expect(hex(initiator.readMessage(responder.writeMessage(answer, crypto.keyPair(e2))!))).toBe(hex(answer));
        const [ours, theirs] = [initiator.split(), responder.split()];
        expect([ours.send, ours.receive]).toEqual([theirs.receive, theirs.send]);
        expect(new Set([early, hex(ours.send), hex(ours.receive)]).size).toBe(3);
        expect(initiator.handshakeHash).toEqual(responder.handshakeHash);
      }),
      { numRuns: 30 },
    );
  });

  test('takes no first message with a bit changed, and the genuine one after it', () => {
    const message = first(initiatorOf(pattern), Uint8Array.of(5));
    fc.assert(
      fc.property(fc.nat(8 * message.length - 1), (bit) => {
        const responder = responderOf(pattern);
        // The top bit of a public key has no meaning in X25519, but it is hashed.
        expect(responder.readMessage(flipped(message, bit))).toBeUndefined();
        expect([responder.remoteStatic, responder.finished, responder.writes]).toEqual([undefined, false, false]);
        expect(hex(responder.readMessage(message))).toBe('05');
      }),
    );
  });

  test('takes no second message with a bit changed, and the genuine one after it', () => {
    const initiator = initiatorOf(pattern);
    const responder = responderOf(pattern);
    responder.readMessage(first(initiator));
    const message = second(responder, Uint8Array.of(6));
    const hash = hex(initiator.handshakeHash);
    for (let bit = 0; bit < 8 * message.length; bit += 3)
      expect(initiator.readMessage(flipped(message, bit))).toBeUndefined();
    expect([hex(initiator.handshakeHash), initiator.finished]).toEqual([hash, false]);
    expect(hex(initiator.readMessage(message))).toBe('06');
    expect(initiator.split().send).toEqual(responder.split().receive);
  });

  test('takes no message that is cut short or has grown', () => {
    const initiator = initiatorOf(pattern);
    const message = first(initiator);
    const responder = responderOf(pattern);
    for (let length = 0; length < message.length; length += 1)
      expect(responder.readMessage(message.subarray(0, length))).toBeUndefined();
    for (const length of [message.length + 1, NOISE_MESSAGE_BYTES_MAX, NOISE_MESSAGE_BYTES_MAX + 1]) {
      const grown = new Uint8Array(length);
      grown.set(message);
      expect(responder.readMessage(grown)).toBeUndefined();
    }
    expect(responder.readMessage(message)).toEqual(NOTHING);
  });

  test('never throws for what strangers send', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
        expect(responderOf(pattern).readMessage(message)).toBeUndefined();
        const initiator = initiatorOf(pattern);
        first(initiator);
        expect(initiator.readMessage(message)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('does not take its own message back, nor one at the wrong time', () => {
    const initiator = initiatorOf(pattern);
    const message = first(initiator);
    expect(initiator.readMessage(message)).toBeUndefined();
    const responder = responderOf(pattern);
    responder.readMessage(message);
    // It is the responder's turn to write now.
    expect(responder.readMessage(message)).toBeUndefined();
    const answer = second(responder);
    expect(responder.readMessage(answer)).toBeUndefined();
    expect(initiator.readMessage(answer)).toEqual(NOTHING);
    expect(initiator.readMessage(answer)).toBeUndefined();
  });

  test('does not take the messages of another handshake', () => {
    const message = first(initiatorOf(pattern));
    for (const [, other] of patterns.filter(([name]) => name !== pattern.name))
      expect(responderOf(other).readMessage(message)).toBeUndefined();
    const [initiator, responder] = [initiatorOf(pattern), responderOf(pattern)];
    initiator.writeMessage(NOTHING, pairOf(11));
    responder.readMessage(message);
    expect(initiator.readMessage(second(responder))).toBeUndefined();
  });

  test('fails where the sides do not mean the same by it', () => {
    const responder = responderOf(pattern, { prologue: Uint8Array.of(1, 2, 4) });
    expect(responder.readMessage(first(initiatorOf(pattern)))).toBeUndefined();
  });

  test('comes to no end with an ephemeral key of low order', () => {
    const low: DhKeyPair = { publicKey: LOW_ORDER, dh: () => LOW_ORDER };
    const opened = responderOf(pattern);
    const payload = opened.readMessage(initiatorOf(pattern).writeMessage(NOTHING, low)!);
    // Without a static key, the first message has nothing to agree on yet: only who knows the secret can make one.
    expect(payload).toEqual(pattern.responderKnown ? undefined : NOTHING);
    expect(opened.writes && second(opened)).toBeFalsy();
    const [initiator, responder] = [initiatorOf(pattern), responderOf(pattern)];
    responder.readMessage(first(initiator));
    const answer = responder.writeMessage(NOTHING, low)!;
    expect(initiator.readMessage(answer)).toBeUndefined();
  });

  test('has each of its keys when it is time for it, and no sooner', () => {
    const initiator = initiatorOf(pattern);
    expect(() => initiator.earlyKey()).toThrow('between the first message and the second');
    expect(() => initiator.split()).toThrow('not finished');
    expect(() => initiator.writeMessage(NOTHING)).toThrow('needs an ephemeral key pair');
    const responder = responderOf(pattern);
    expect(() => responder.writeMessage(NOTHING, pairOf(20))).toThrow('not this side to write');
    responder.readMessage(first(initiator));
    initiator.readMessage(second(responder));
    for (const side of [initiator, responder])
      expect(() => side.earlyKey()).toThrow('between the first message and the second');
  });

  test('shows no key to whoever prints it', () => {
    const initiator = initiatorOf(pattern);
    first(initiator);
    expect(inspect(initiator, { showHidden: true, depth: 9 })).not.toMatch(/77, 77|1, 1, 1/);
    expect(JSON.stringify(initiator)).toBe('{}');
  });
});

test('a first message for another key, or sealed with another secret, is refused', () => {
  for (const pattern of [NK, IK]) {
    const message = first(initiatorOf(pattern, { rs: pairOf(STRANGER).publicKey }));
    expect(responderOf(pattern).readMessage(message)).toBeUndefined();
  }
  const message = first(initiatorOf(NN_PSK0, { psk: PSK.with(31, 76) }));
  expect(responderOf(NN_PSK0).readMessage(message)).toBeUndefined();
});

test('the identity of the initiator is known with the first message of IK, and not to be had without its secret', () => {
  const responder = responderOf(IK);
  responder.readMessage(first(initiatorOf(IK)));
  expect(responder.remoteStatic).toEqual(pairOf(CLIENT).publicKey);
  // Says that it is the client, and has a secret of its own.
  const liar: DhKeyPair = { publicKey: pairOf(CLIENT).publicKey, dh: (key) => pairOf(STRANGER).dh(key) };
  expect(responderOf(IK).readMessage(first(initiatorOf(IK, { s: liar })))).toBeUndefined();
});

test('a server that does not have the key that it is called by cannot answer', () => {
  const impostor: DhKeyPair = { publicKey: pairOf(SERVER).publicKey, dh: (key) => pairOf(STRANGER).dh(key) };
  for (const pattern of [NK, IK])
    expect(responderOf(pattern, { s: impostor }).readMessage(first(initiatorOf(pattern)))).toBeUndefined();
});

test('a static key of low order, or of the wrong length, makes no message', () => {
  for (const pattern of [NK, IK])
    for (const rs of [LOW_ORDER, new Uint8Array(31), new Uint8Array(33), NOTHING])
      expect(initiatorOf(pattern, { rs }).writeMessage(NOTHING, pairOf(10))).toBeUndefined();
  const low: DhKeyPair = { publicKey: LOW_ORDER, dh: () => LOW_ORDER };
  expect(responderOf(IK).readMessage(first(initiatorOf(IK, { s: low })))).toBeUndefined();
});

test('a buffer that is used again does not change what was read from it', () => {
  const [initiator, responder] = [initiatorOf(IK), responderOf(IK)];
  const message = Buffer.from(first(initiator));
  responder.readMessage(message);
  message.fill(0);
  expect(initiator.readMessage(second(responder))).toEqual(NOTHING);
});

test.each([
  ['NK needs the key s', (): HandshakeState => responderOf(NK, { s: undefined })],
  ['NK needs the key rs', (): HandshakeState => initiatorOf(NK, { rs: undefined })],
  ['IK needs the key s', (): HandshakeState => initiatorOf(IK, { s: undefined })],
  ['NNpsk0 needs the key psk', (): HandshakeState => initiatorOf(NN_PSK0, { psk: undefined })],
  ['NK has no use for the key psk', (): HandshakeState => initiatorOf(NK, { psk: PSK })],
  ['NK has no use for the key s', (): HandshakeState => initiatorOf(NK, { s: pairOf(CLIENT) })],
])('a handshake of %s', (message, make) => {
  expect(make).toThrow(`A handshake of ${message}.`);
});
