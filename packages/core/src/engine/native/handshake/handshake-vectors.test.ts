import { loadCrypto } from '../../../crypto/load-crypto';
import type { CryptoPort } from '../../../crypto/crypto-port';
import { PacketKey } from '../keys/packet-key';
import document from '../../../../../../docs/vectors/noise.json';
import { HandshakeState } from './handshake-state';
import { IK, messageBytes, NK, NN_PSK0, type HandshakePattern } from './patterns';

/** No pattern of ours, but published as well: it shows that the state machine reads what patterns say. */
const XX: HandshakePattern = {
  name: 'XX',
  responderKnown: false,
  messages: [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']],
};
const PATTERNS = [IK, NK, NN_PSK0, XX];

interface Vector {
  readonly protocol_name: string;
  readonly init_prologue: string;
  readonly init_ephemeral: string;
  readonly init_static?: string;
  readonly init_remote_static?: string;
  readonly init_psks?: readonly string[];
  readonly resp_prologue: string;
  readonly resp_ephemeral: string;
  readonly resp_static?: string;
  readonly resp_psks?: readonly string[];
  readonly handshake_hash: string;
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
}

const vectors: readonly Vector[] = document.vectors;
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array | undefined): string | undefined => data && Buffer.from(data).toString('hex');

let crypto: CryptoPort;
beforeAll(async () => {
  crypto = await loadCrypto();
});

const pair = (secret: string | undefined): ReturnType<CryptoPort['keyPair']> | undefined =>
  secret === undefined ? undefined : crypto.keyPair(bytes(secret));
const optional = (value: string | undefined): Uint8Array | undefined =>
  value === undefined ? undefined : bytes(value);

function statesOf(vector: Vector): [HandshakeState, HandshakeState] {
  const pattern = PATTERNS.find(({ name }) => vector.protocol_name === `Noise_${name}_25519_ChaChaPoly_BLAKE2s`)!;
  const initiator = new HandshakeState({
    crypto,
    pattern,
    initiator: true,
    prologue: bytes(vector.init_prologue),
    s: pair(vector.init_static),
    rs: optional(vector.init_remote_static),
    psk: optional(vector.init_psks?.[0]),
  });
  const responder = new HandshakeState({
    crypto,
    pattern,
    initiator: false,
    prologue: bytes(vector.resp_prologue),
    s: pair(vector.resp_static),
    psk: optional(vector.resp_psks?.[0]),
  });
  return [initiator, responder];
}

test('there are vectors of all three patterns', () => {
  const names = vectors.map(({ protocol_name }) => protocol_name.split('_')[1]);
  expect(names).toEqual(expect.arrayContaining(['NK', 'IK', 'NNpsk0']));
});

describe.each(vectors.map((vector) => [vector.protocol_name, vector] as const))('%s', (_name, vector) => {
  test('has the published bytes, in the handshake and after it', () => {
    const [initiator, responder] = statesOf(vector);
    const ephemerals = [pair(vector.init_ephemeral), pair(vector.resp_ephemeral)];
    let written = 0;
    while (!initiator.finished) {
      const { payload, ciphertext } = vector.messages[written]!;
      const [writer, reader] = written % 2 === 0 ? [initiator, responder] : [responder, initiator];
      expect([writer.writes, reader.writes]).toEqual([true, false]);
      const message = writer.writeMessage(bytes(payload), written < 2 ? ephemerals[written] : undefined);
      expect(hex(message)).toBe(ciphertext);
      expect(hex(reader.readMessage(bytes(ciphertext)))).toBe(payload);
      written += 1;
    }
    expect([responder.finished, initiator.writes, responder.writes]).toEqual([true, false, false]);
    expect([hex(initiator.handshakeHash), hex(responder.handshakeHash)]).toEqual([
      vector.handshake_hash,
      vector.handshake_hash,
    ]);
    expect(hex(responder.remoteStatic)).toBe(hex(pair(vector.init_static)?.publicKey));
    expect(hex(initiator.remoteStatic)).toBe(hex(pair(vector.resp_static)?.publicKey));

    const keys = [initiator.split(), responder.split()];
    for (const [index, { payload, ciphertext }] of vector.messages.slice(written).entries()) {
      const [sender, receiver] = (written + index) % 2 === 0 ? [keys[0]!, keys[1]!] : [keys[1]!, keys[0]!];
      const number = Math.floor(index / 2);
      const packet = bytes(payload + '00'.repeat(16));
      new PacketKey(crypto, sender.send).seal(packet, 0, number);
      expect(hex(packet)).toBe(ciphertext);
      expect(hex(new PacketKey(crypto, receiver.receive).open(packet, 0, number))).toBe(payload);
    }
  });
});

test.each([
  [NN_PSK0, [48, 48]],
  [NK, [48, 48]],
  [IK, [96, 48]],
  [XX, [32, 96, 64]],
])('messages without a payload have the length that their pattern says', (pattern, lengths) => {
  expect(pattern.messages.map((_tokens, index) => messageBytes(pattern, index))).toEqual(lengths);
});
