import vectors from '../../../../docs/vectors/native.json';
import { bytes, hex } from '../../test/vector-engine';
import type { CryptoPort } from '../crypto/crypto-port';
import { loadCrypto } from '../crypto/load-crypto';
import { keyPairOf, generateKeyPair } from '../security/key-pair';
import { EarlyDataReader } from './early-data';

let crypto: CryptoPort;
beforeAll(async () => {
  crypto = await loadCrypto();
});

type Association = (typeof vectors.sealed)[number];

/** Those whose acceptor has a key pair. */
const associations = vectors.sealed.filter(({ secrets }) => secrets.acceptor !== undefined);

function readerOf({ secrets }: Association): EarlyDataReader {
  return new EarlyDataReader(crypto, { keyPair: keyPairOf(bytes(secrets.acceptor!)) });
}

test.each(associations.map((one) => [one.pattern, one] as const))(
  'of the packets of %s the first one alone can be opened by the secret key of its acceptor',
  (_pattern, association) => {
    const reader = readerOf(association);
    const [first, ...rest] = association.packets;
    const early = reader.open(bytes(first!.hex))!;
    expect(hex(early.packet.slice(early.headerBytes))).toBe(first!.frames);
    const { opener } = association.secrets;
    expect(early.publicKey).toBe(opener && keyPairOf(bytes(opener)).publicKey);
    for (const packet of rest) expect([packet.name, reader.open(bytes(packet.hex))]).toEqual([packet.name, undefined]);
  },
);

test('what is not for it, or not genuine, stays closed', () => {
  const [association] = associations;
  const datagram = bytes(association!.packets[0]!.hex);
  expect(new EarlyDataReader(crypto, { keyPair: generateKeyPair() }).open(datagram)).toBeUndefined();
  const reader = readerOf(association!);
  for (let at = 0; at < datagram.length; at += 1) {
    const changed = datagram.slice();
    changed[at]! ^= 1;
    expect([at, reader.open(changed)]).toEqual([at, undefined]);
  }
});

test('a datagram that is opened is left as it was, for its owner may want to show it', () => {
  const [association] = associations;
  const datagram = bytes(association!.packets[0]!.hex);
  readerOf(association!).open(datagram);
  expect(hex(datagram)).toBe(association!.packets[0]!.hex);
});
