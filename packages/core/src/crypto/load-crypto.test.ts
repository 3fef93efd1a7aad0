import { createCipheriv } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { constantTimeEqual } from './constant-time-equal';
import { REKEY_NONCE, TAG_BYTES, type CryptoPort } from './crypto-port';
import { deriveKey } from './hkdf';
import { loadCrypto } from './load-crypto';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array | undefined): string | undefined => data && Buffer.from(data).toString('hex');
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

let crypto: CryptoPort;
beforeAll(async () => {
  crypto = await loadCrypto();
});

test('cryptography is loaded once', async () => {
  expect(await loadCrypto()).toBe(crypto);
});

const failing = (): Promise<never> => Promise.reject(new Error('no WebAssembly'));

test.each([
  ['a module that never becomes ready', Object.defineProperty({}, 'ready', { get: failing })],
  ['a factory that fails', failing],
])('%s makes an error that says what is missing', async (_case, entry) => {
  await jest.isolateModulesAsync(async () => {
    jest.doMock('libsodium', () => ({ __esModule: true, default: entry }));
    const isolated = await import('./load-crypto');
    await expect(isolated.loadCrypto()).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/libsodium.*missing: no WebAssembly/) as string,
    });
    jest.dontMock('libsodium');
  });
});

test('libsodium is taken as a factory, too, which it is as an ES module', async () => {
  const { default: sodium } = await import('libsodium');
  await jest.isolateModulesAsync(async () => {
    jest.doMock('libsodium', () => ({ __esModule: true, default: (): Promise<unknown> => Promise.resolve(sodium) }));
    const isolated = await (await import('./load-crypto')).loadCrypto();
    expect(isolated.keyPair(new Uint8Array(32)).publicKey).toEqual(crypto.keyPair(new Uint8Array(32)).publicKey);
    jest.dontMock('libsodium');
  });
});

test('a runtime whose X25519 gives nothing is refused, for a point of low order gives zeros there', async () => {
  await jest.isolateModulesAsync(async () => {
    const diffieHellman = (): Buffer => Buffer.alloc(32);
    jest.doMock('node:crypto', () => ({ ...jest.requireActual<object>('node:crypto'), diffieHellman }));
    const isolated = await import('./load-crypto');
    await expect(isolated.loadCrypto()).rejects.toThrow('has no X25519');
    jest.dontMock('node:crypto');
  });
});

describe('X25519', () => {
  /** Points for which every secret gives zero, also those that are not written in the shortest way. */
  const LOW_ORDER = [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ];

  test('gives what RFC 7748 §5.2 gives for 1 and 1,000 rounds', () => {
    let k = new Uint8Array(32);
    k[0] = 9;
    let u: Uint8Array = k.slice();
    const first = crypto.keyPair(k).dh(u);
    expect(hex(first)).toBe('422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079');
    // 9 is the base point.
    expect(crypto.keyPair(k).publicKey).toEqual(first);
    for (let round = 1; round <= 1000; round += 1) [u, k] = [k, new Uint8Array(crypto.keyPair(k).dh(u)!)];
    expect(hex(k)).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51');
  });

  test.each(LOW_ORDER)('refuses the point of low order %s', (point) => {
    expect(crypto.keyPair(new Uint8Array(32).fill(7)).dh(bytes(point))).toBeUndefined();
  });

  test.each([0, 31, 33, 64])('refuses a public key of %i bytes, and never takes such a secret one', (length) => {
    expect(crypto.keyPair(new Uint8Array(32).fill(7)).dh(new Uint8Array(length).fill(9))).toBeUndefined();
    expect(() => crypto.keyPair(new Uint8Array(length))).toThrow(`must have 32 bytes, not ${length}`);
  });

  test('agrees on both sides, whatever the secrets are', () => {
    const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(secret, secret, (left, right) => {
        const [a, b] = [crypto.keyPair(left), crypto.keyPair(right)];
        expect(a.dh(b.publicKey)).toEqual(b.dh(a.publicKey));
        expect(a.dh(b.publicKey)).toHaveLength(32);
      }),
      { numRuns: 50 },
    );
  });

  test('a key pair does not show its secret', () => {
    const pair = crypto.keyPair(ascii('secret secret secret secret secr'));
    expect(inspect(pair, { showHidden: true, depth: 9 }) + JSON.stringify(pair)).not.toMatch(/115, 101|736563|c2Vj/);
  });
});

describe('BLAKE2s', () => {
  test('hashes its parts as one text, as RFC 7693 appendix B has it', () => {
    expect(hex(crypto.hash(ascii('abc')))).toBe('508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982');
    expect(crypto.hash(ascii('a'), ascii(''), ascii('bc'))).toEqual(crypto.hash(ascii('abc')));
  });

  test('keys are derived that differ by secret and by label', () => {
    const keys = [
      deriveKey(crypto, ascii('one'), ascii('label')),
      deriveKey(crypto, ascii('two'), ascii('label')),
      deriveKey(crypto, ascii('one'), ascii('other')),
    ];
    expect(new Set(keys.map(hex)).size).toBe(3);
    expect(keys[0]).toEqual(deriveKey(crypto, ascii('one'), ascii('label')));
  });
});

describe('ChaCha20-Poly1305', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const nonce = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constant(REKEY_NONCE));
  const header = fc.uint8Array({ maxLength: 40 });
  const text = fc.uint8Array({ maxLength: 1200 });

  /** A header, a text and room for the tag. */
  const roomy = (head: Uint8Array, body: Uint8Array): Uint8Array => {
    const packet = new Uint8Array(head.length + body.length + TAG_BYTES);
    packet.set(head);
    packet.set(body, head.length);
    return packet;
  };

  test('seals as node:crypto does, with the number as the low 64 bits of the nonce', () => {
    fc.assert(
      fc.property(key, nonce, header, text, (k, n, head, body) => {
        const packet = roomy(head, body);
        crypto.seal(k, n, packet, head.length);
        const iv = Buffer.alloc(12);
        iv.writeBigUInt64LE(BigInt.asUintN(64, BigInt(n)), 4);
        const cipher = createCipheriv('chacha20-poly1305', k, iv, { authTagLength: TAG_BYTES });
        cipher.setAAD(head, { plaintextLength: body.length });
        const sealed = Buffer.concat([head, cipher.update(body), cipher.final(), cipher.getAuthTag()]);
        expect(hex(packet)).toBe(hex(sealed));
        expect(crypto.open(k, n, packet, head.length)).toBe(true);
        expect(hex(packet.subarray(0, head.length + body.length))).toBe(hex(Buffer.concat([head, body])));
      }),
    );
  });

  test('does not open with a bit changed, another key, number or header, and then changes nothing', () => {
    fc.assert(
      fc.property(key, fc.nat(), header, text, fc.nat(), (k, n, head, body, at) => {
        const packet = roomy(head, body);
        crypto.seal(k, n, packet, head.length);
        const flipped = packet.slice();
        flipped[at % flipped.length]! ^= 1 << (at % 8);
        const before = flipped.slice();
        expect(crypto.open(k, n, flipped, head.length)).toBe(false);
        expect(hex(flipped)).toBe(hex(before));
        expect(crypto.open(k.with(at % 32, k[at % 32]! ^ 1), n, packet, head.length)).toBe(false);
        expect(crypto.open(k, n + 1, packet, head.length)).toBe(false);
        expect(crypto.open(k, n, packet, head.length + 1)).toBe(false);
        expect(crypto.open(k, n, packet, head.length)).toBe(true);
      }),
    );
  });

  test('does not open what has no room for a tag, or is larger than any datagram', () => {
    const k = new Uint8Array(32);
    for (const length of [0, 5, 5 + TAG_BYTES - 1, 2 ** 16 + 1])
      expect(crypto.open(k, 0, new Uint8Array(length), 5)).toBe(false);
    expect(() => crypto.seal(k, 0, new Uint8Array(20), 5)).toThrow('20 bytes cannot be sealed behind a header of 5.');
    expect(() => crypto.seal(k, 0, new Uint8Array(2 ** 16 + 1), 5)).toThrow(RangeError);
  });
});

test('two byte strings are equal if all their bytes are', () => {
  const data = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(data, data, (left, right) => {
      expect(constantTimeEqual(left, left.slice())).toBe(true);
      expect(constantTimeEqual(left, right)).toBe(hex(left) === hex(right));
      const longer = Uint8Array.of(...left, 1);
      expect(constantTimeEqual(longer, left)).toBe(false);
      expect(constantTimeEqual(longer, longer.with(-1, 0x81))).toBe(false);
    }),
  );
});
