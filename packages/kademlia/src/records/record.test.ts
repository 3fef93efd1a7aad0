import { generateKeyPair } from '@rpcudp/core/security';
import fc from 'fast-check';
import { SALT_BYTES_MAX, VALUE_BYTES_MAX } from '../limits';
import { idText } from '../ids/node-id';
import {
  immutable,
  isGenuine,
  recordKey,
  sameRecord,
  signed,
  signedKey,
  valueBytes,
  type SignedRecord,
} from './record';
import { isSignature, signingKeys } from './signing-keys';

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const KEYS = signingKeys(seed(1));
const VALUE = Uint8Array.of(1, 2, 3);

test('the same seed gives the same keys, and RFC 8032 has them so', () => {
  // The first test of section 7.1.
  const rfc = signingKeys(
    Uint8Array.from(Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')),
  );
  expect(Buffer.from(rfc.publicKey).toString('hex')).toBe(
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  );
  expect(Buffer.from(rfc.sign(new Uint8Array(0))).toString('hex')).toMatch(/^e5564300c360ac729086e2cc806e828a/);
  expect(signingKeys().publicKey).not.toEqual(signingKeys().publicKey);
});

test('the identity of an endpoint gives the same keys each time, whose public key is not its own', () => {
  const keyPair = generateKeyPair();
  const { publicKey } = signingKeys(keyPair);
  expect(signingKeys(keyPair).publicKey).toEqual(publicKey);
  expect(signingKeys(generateKeyPair()).publicKey).not.toEqual(publicKey);
  expect(Buffer.from(publicKey).toString('base64url')).not.toBe(keyPair.publicKey);
  expect(isGenuine(signed(signingKeys(keyPair), VALUE, { seq: 1, expiresAt: 1000 }))).toBe(true);
});

test('a seed of another length is refused', () => {
  expect(() => signingKeys(new Uint8Array(31))).toThrow(RangeError);
});

test('a signed record is genuine, and no other with any of its fields changed', () => {
  const record = signed(KEYS, VALUE, { salt: 'profile', seq: 3, expiresAt: 1000 });
  expect(isGenuine(record)).toBe(true);
  const changed: Partial<SignedRecord>[] = [
    { publicKey: signingKeys(seed(2)).publicKey },
    { salt: new Uint8Array(0) },
    { seq: 4 },
    { expiresAt: 1001 },
    { value: Uint8Array.of(1, 2) },
    { signature: new Uint8Array(64) },
    { signature: record.signature.subarray(0, 63) },
    { publicKey: record.publicKey.subarray(0, 31) },
    { salt: new Uint8Array(SALT_BYTES_MAX + 1) },
    { seq: -1 },
    { seq: 1.5 },
    { expiresAt: Number.NaN },
  ];
  for (const change of changed) expect(isGenuine({ ...record, ...change })).toBe(false);
});

test('no bytes of one field are taken for those of another', () => {
  const record = signed(KEYS, Uint8Array.of(7, 7), { salt: Uint8Array.of(9), seq: 0, expiresAt: 1 });
  expect(isGenuine({ ...record, salt: Uint8Array.of(9, 7), value: Uint8Array.of(7) })).toBe(false);
});

test('whatever stands where a key should, checking a signature never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 70 }), (publicKey, signature) => {
      expect(isSignature(signature, publicKey, VALUE)).toBe(false);
    }),
  );
});

test('the key of an immutable record is its content, and that of a signed one is its owner and salt', () => {
  const keys = [
    recordKey(immutable(VALUE)),
    recordKey(immutable(Uint8Array.of(1))),
    signedKey(KEYS.publicKey),
    signedKey(KEYS.publicKey, 'a'),
    signedKey(signingKeys(seed(2)).publicKey),
  ].map(idText);
  expect(new Set(keys).size).toBe(keys.length);
  expect(recordKey(signed(KEYS, VALUE, { salt: 'a', seq: 0, expiresAt: 1 }))).toEqual(signedKey(KEYS.publicKey, 'a'));
  expect(recordKey(signed(KEYS, Uint8Array.of(5), { salt: 'a', seq: 9, expiresAt: 2 }))).toEqual(
    signedKey(KEYS.publicKey, Uint8Array.of(0x61)),
  );
});

test('what is out of range is refused before it is signed', () => {
  const make = (options: { salt?: string; seq?: number; expiresAt?: number }, value = VALUE): (() => unknown) => {
    return () => signed(KEYS, value, { seq: 0, expiresAt: 1, ...options });
  };
  expect(make({ salt: 'x'.repeat(SALT_BYTES_MAX + 1) })).toThrow('salt must be');
  expect(make({ seq: -1 })).toThrow('seq must be');
  expect(make({ seq: 2 ** 53 })).toThrow('seq must be');
  expect(make({ expiresAt: 0.5 })).toThrow('expiresAt must be');
  expect(make({}, new Uint8Array(VALUE_BYTES_MAX + 1))).toThrow('value must be');
  expect(() => immutable(new Uint8Array(VALUE_BYTES_MAX + 1))).toThrow('value must be');
});

test('records are the same if they say the same', () => {
  const key = new Uint8Array(20);
  const scalar = (value: string | number | Uint8Array): Parameters<typeof sameRecord>[0] => ({
    kind: 'scalar',
    key,
    value,
  });
  expect(sameRecord(scalar('a'), scalar('a'))).toBe(true);
  expect(sameRecord(scalar(NaN), scalar(NaN))).toBe(true);
  expect(sameRecord(scalar(VALUE), scalar(Uint8Array.from(VALUE)))).toBe(true);
  expect(sameRecord(scalar(VALUE), immutable(VALUE))).toBe(false);
  expect(sameRecord(scalar('1'), scalar(1))).toBe(false);
  expect([valueBytes('蛇'), valueBytes(VALUE), valueBytes(1n), valueBytes(true)]).toEqual([3, 3, 8, 8]);
});
