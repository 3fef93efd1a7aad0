/** The packets of sealed associations in docs/vectors/native.json, from the secrets that stand there: docs/protocol.md §11. */
import vectors from '../../../docs/vectors/native.json';
import { loadCrypto } from '../src/crypto/load-crypto';
import type { CryptoPort, DhKeyPair } from '../src/crypto/crypto-port';
import type { Protection } from '../src/engine/native/protection/protection';
import { Sealing } from '../src/engine/native/protection/sealing';
import { KEY_LIFETIME_MS } from '../src/native-limits';
import { SharedSecret } from '../src/security/shared-secret';
import { decodeHeader, isOpening, type OpeningHeader, type PlainHeader } from '../src/wire/native/packet';
import { bytes, hex } from './vector-engine';
import { Writer } from '../src/wire/native/writer';
import { credentialsOf, securityOf } from './native/credentials';

type Association = (typeof vectors.sealed)[number];
type Packet = Association['packets'][number];

let crypto: CryptoPort;
beforeAll(async () => {
  crypto = await loadCrypto();
});

/** Both sides of an association, which draw what the vectors say. */
function sidesOf({ secrets, packets }: Association): { opener: Protection; acceptor: Protection } {
  const keysOf = (secret: string | undefined): DhKeyPair | undefined =>
    secret === undefined ? undefined : crypto.keyPair(bytes(secret));
  const psk = secrets.preSharedKey === undefined ? undefined : bytes(secrets.preSharedKey);
  const sealingOf = (keyPair: DhKeyPair | undefined, ephemeral: string): Sealing =>
    new Sealing(credentialsOf(crypto, { keyPair, psk }), () => bytes(ephemeral));
  const acceptorKeys = keysOf(secrets.acceptor);
  const opener = sealingOf(keysOf(secrets.opener), secrets.openerEphemeral).opener(securityOf(acceptorKeys));
  const { handshake } = (decodeHeader(bytes(packets[0]!.hex)) as OpeningHeader).sealed!;
  const acceptor = sealingOf(acceptorKeys, secrets.acceptorEphemeral).acceptor(handshake, 0)!;
  return { opener, acceptor };
}

const timeOf = ({ name }: Packet): number => (name === 'a call under the next key' ? KEY_LIFETIME_MS + 1 : 0);

test.each(vectors.sealed.map((one) => [one.pattern, one] as const))(
  'the packets of %s open to their frames, and are sealed to the very bytes again',
  (_pattern, association) => {
    const { opener, acceptor } = sidesOf(association);
    for (const packet of association.packets) {
      const [sender, receiver] = packet.from === 'opener' ? [opener, acceptor] : [acceptor, opener];
      const datagram = bytes(packet.hex);
      const header = decodeHeader(datagram) as OpeningHeader | PlainHeader;
      const opened = receiver.open(header, datagram, packet.number, timeOf(packet));
      expect([packet.name, opened && hex(opened.slice(header.headerBytes))]).toEqual([packet.name, packet.frames]);
      // The phase of the key is that of the header, which the sender goes over to when its time has come.
      if (!isOpening(header) && header.phase === 1) renew(sender, header, timeOf(packet));
      const again = Uint8Array.of(
        ...bytes(packet.hex).slice(0, header.headerBytes),
        ...bytes(packet.frames),
        ...new Uint8Array(16),
      );
      sender.seal(again, header.headerBytes, packet.number, isOpening(header) ? 'opening' : 'plain');
      expect([packet.name, hex(again)]).toEqual([packet.name, packet.hex]);
      sender.acknowledged(packet.number);
    }
  },
);

test.each(vectors.sharedSecrets)('the shared secret $secret has the pre-shared key that the vectors say', (vector) => {
  const key = new SharedSecret('sharedSecret', vector.secret).key(crypto);
  expect(hex(key)).toBe(vector.preSharedKey);
});

function renew(sender: Protection, { destinationId }: PlainHeader, now: number): void {
  const writer = new Writer(100);
  writer.begin();
  sender.writePlainHeader(writer, destinationId, 2, now);
}
