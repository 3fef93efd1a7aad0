/** Handshake messages of all patterns that are not what they should be: nothing comes of them, and the genuine one still counts. */
import { DH_BYTES, TAG_BYTES, type CryptoPort, type DhKeyPair } from '../../../src/crypto/crypto-port';
import { loadCrypto } from '../../../src/crypto/load-crypto';
import { HandshakeState } from '../../../src/engine/native/handshake/handshake-state';
import { IK, NK, NN_PSK0, type HandshakePattern } from '../../../src/engine/native/handshake/patterns';
import { Sealing } from '../../../src/engine/native/protection/sealing';
import { SeededRandom } from '../../../src/testing/random';
import { credentialsOf, keyPairOf, securityOf } from '../../native/credentials';
import { Draw } from '../draw';
import { mutateBytes, spliced } from '../mutations';
import { bytesOf, hexOf, sameData } from '../same-data';
import { digestOf } from '../memory';
import { promise, type Target } from '../target';

/** Points of low order, and of none, on Curve25519 and its twist: all secrets agree on nothing with them. RFC 7748 §6.1. */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map(bytesOf);

const PROLOGUE = new TextEncoder().encode('rpcudp 1');
const PATTERNS: readonly HandshakePattern[] = [NK, IK, NN_PSK0];
const OVERLOOKED = {
  classes: new Set(['SodiumCrypto', 'NodeDhKeyPair', 'PublicKeyObject', 'PrivateKeyObject']),
  fields: new Set(['crypto']),
};

interface Keys {
  readonly crypto: CryptoPort;
  readonly opener: DhKeyPair;
  readonly acceptor: DhKeyPair;
  readonly ephemerals: readonly [DhKeyPair, DhKeyPair];
  readonly psk: Uint8Array;
}

let keys: Keys;

export async function prepareHandshakes(): Promise<void> {
  const crypto = await loadCrypto();
  const [opener, acceptor, one, other] = [1, 2, 3, 4].map((number) => keyPairOf(crypto, number)) as [
    DhKeyPair,
    DhKeyPair,
    DhKeyPair,
    DhKeyPair,
  ];
  keys = { crypto, opener, acceptor, ephemerals: [one, other], psk: crypto.hash(Uint8Array.of(5)) };
}

export const handshakes: Target = {
  name: 'handshakes',
  batch: 8,
  unit: 1,
  seeds: () => Array.from({ length: 12 }, (_, index) => Uint8Array.of(index, index * 7, index * 31, index * 5)),
  mutate: mutateBytes,
  run(input, saw) {
    const pattern = PATTERNS[(input[0] ?? 0) % PATTERNS.length]!;
    const [opener, acceptor] = [newHandshake(pattern, true), newHandshake(pattern, false)];
    const tries = input.subarray(1);
    const first = opener.writeMessage(NOTHING, keys.ephemerals[0])!;
    const said = [first];
    const forgeries = (genuine: Uint8Array): Uint8Array[] =>
      [...tries].map((_, at) => forged(genuine, said, tries.subarray(at)));
    readAll(acceptor, first, forgeries(first));
    promise(opener.readMessage(first) === undefined, () => 'a message that is sent back is read');
    promise(sameData(opener.earlyKey(), acceptor.earlyKey()), () => 'early data has two keys');
    const second = acceptor.writeMessage(NOTHING, keys.ephemerals[1])!;
    said.push(second);
    readAll(opener, second, forgeries(second));
    const [left, right] = [opener.split(), acceptor.split()];
    promise(sameData(left, { send: right.receive, receive: right.send }), () => 'the sides have different keys');
    promise(!sameData(left.send, left.receive), () => 'both directions have one key');
    promise(sameData(opener.handshakeHash, acceptor.handshakeHash), () => 'the sides remember different handshakes');
    if (pattern === IK) promise(sameData(acceptor.remoteStatic, keys.opener.publicKey), () => 'the opener is another');
    for (const message of [first, ...forgeries(first)]) checkSealing(message, saw);
  },
};

/** A handshake that is not for an acceptor, or is none, makes no protection. */
function checkSealing(message: Uint8Array, saw: (feature: string) => void): void {
  const random = new SeededRandom(1);
  for (const [name, own] of [
    ['keys', { keyPair: keys.acceptor }],
    ['secret', { psk: keys.psk }],
    ['other keys', { keyPair: keys.opener }],
    ['other secret', { psk: keys.crypto.hash(Uint8Array.of(6)) }],
    ['nothing', {}],
  ] as const) {
    const sealing = new Sealing(credentialsOf(keys.crypto, own), (length) => random.bytes(length));
    const isOpen = sealing.acceptor(message, 0) !== undefined;
    saw(`${name} ${isOpen}`);
    promise(!isOpen || name === 'keys' || name === 'secret', () => `a handshake is read with ${name}`);
  }
  const low = LOW_ORDER[message.length % LOW_ORDER.length]!;
  const sealing = new Sealing(credentialsOf(keys.crypto, { keyPair: keys.opener }), (length) => random.bytes(length));
  promise(
    throws(() => sealing.opener(securityOf({ publicKey: low, dh: () => undefined }))),
    () => 'a key of low order is called',
  );
}

function throws(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch {
    return true;
  }
}

/** Forged ones change nothing; then the genuine one is read. */
function readAll(state: HandshakeState, genuine: Uint8Array, forgeries: readonly Uint8Array[]): void {
  for (const forgery of forgeries) {
    if (sameData(forgery, genuine)) continue;
    const before = digestOf(state, OVERLOOKED);
    promise(state.readMessage(forgery) === undefined, () => `a forged message is read: ${hexOf(forgery)}`);
    promise(digestOf(state, OVERLOOKED) === before, () => `a forged message has changed something: ${hexOf(forgery)}`);
  }
  const payload = state.readMessage(genuine);
  promise(payload?.length === 0, () => 'the genuine message is not read after forged ones');
}

/** What the first bytes say. */
function forged(
  genuine: Uint8Array,
  said: readonly Uint8Array[],
  [how = 0, where = 0, what = 0]: Uint8Array,
): Uint8Array {
  const at = where % genuine.length;
  const draw = new Draw((how << 16) | (where << 8) | what);
  switch (how % 8) {
    case 0:
    case 1:
      return genuine.map((byte, index) => (index === at ? byte ^ (1 << (what % 8)) : byte));
    case 2:
      return genuine.subarray(0, at);
    case 3:
      return Uint8Array.of(...genuine, ...draw.bytes(1 + (what % 40)));
    case 4:
      return spliced(genuine, 0, DH_BYTES, LOW_ORDER[where % LOW_ORDER.length]!);
    case 5:
      return said[where % said.length]!.map((byte, index) => (index === what ? byte ^ 0x80 : byte));
    case 6:
      return spliced(genuine, genuine.length - TAG_BYTES, TAG_BYTES, new Uint8Array(TAG_BYTES));
    default:
      return mutateBytes(genuine, said[0]!, draw);
  }
}

function newHandshake(pattern: HandshakePattern, initiator: boolean): HandshakeState {
  const { crypto, opener, acceptor, psk } = keys;
  const own = initiator
    ? { s: pattern === IK ? opener : undefined, rs: acceptor.publicKey }
    : { s: acceptor, rs: undefined };
  const proofs = pattern === NN_PSK0 ? { psk } : own;
  return new HandshakeState({ crypto, pattern, initiator, prologue: PROLOGUE, ...proofs });
}

const NOTHING = new Uint8Array(0);
