import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import type { CryptoPort } from '../crypto/crypto-port';
import { loadCrypto } from '../crypto/load-crypto';
import { RpcError } from '../errors';
import { SECRET_FILE_BYTES_MAX, SHARED_SECRET_BYTES_MIN } from '../limits';
import { deriveSecret } from './derived-secret';
import { loadKeyPair, saveKeyPair } from './key-file';
import type * as keyPairs from './key-pair';
import { formatKeyPair, generateKeyPair, keyPairOf, parseKeyPair, secretKeyOf, type KeyPair } from './key-pair';
import { parsePublicKey } from './public-key';
import { readSecretFile } from './secret-file';
import { checkSecurity } from './security-options';
import { SharedSecret } from './shared-secret';

let crypto: CryptoPort;
let folder: string;
beforeAll(async () => {
  crypto = await loadCrypto();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rpcudp-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a call throws. */
function errorOf(call: () => unknown): RpcError {
  try {
    call();
  } catch (error) {
    if (RpcError.is(error)) return error;
  }
  throw new Error('No RpcError was thrown.');
}

/** Everything that a log, an error or a careless line of code may show of a value. */
function shownOf(value: unknown): string {
  return [
    inspect(value, { showHidden: true, depth: 9, getters: true }),
    JSON.stringify(value),
    String(value),
    `${Object.keys(value as object).join()} ${Object.values(value as object).join()}`,
  ].join('\n');
}

const SECRET = 'correct horse battery staple, and then some more of it';

describe('a key pair', () => {
  test('is a new one each time, and has the public key that the handshake makes of its secret', () => {
    const [one, two] = [generateKeyPair(), generateKeyPair()];
    expect(one.publicKey).not.toBe(two.publicKey);
    for (const pair of [one, two])
      expect(parsePublicKey(pair.publicKey)).toEqual(crypto.keyPair(secretKeyOf(pair)).publicKey);
  });

  test('shows its public key, and its secret one to nobody', () => {
    const secretKey = new Uint8Array(32).fill(83);
    const pair = keyPairOf(secretKey);
    const shown = shownOf({ pair }) + shownOf(pair) + shownOf(new Error('no', { cause: pair }));
    expect(shown).toContain(pair.publicKey);
    expect(pair.toString()).toBe(`KeyPair(${pair.publicKey})`);
    expect(JSON.stringify(pair)).toBe(JSON.stringify({ publicKey: pair.publicKey }));
    for (const secret of ['83, 83', '83,83', '5353', 'SSSS', 'U1NT']) expect(shown).not.toContain(secret);
  });

  test('gives secrets for other purposes, the same again, that tell nothing of its own', () => {
    const pair = keyPairOf(new Uint8Array(32).fill(83));
    const hex = (purpose: string, of = pair): string => Buffer.from(deriveSecret(of, purpose)).toString('hex');
    // RFC 5869 by openssl: kdf HKDF with this key, no salt, and "rpcudp derived secret 1", a zero byte and "signing" as info.
    expect(hex('signing')).toBe('1f2445223730c201dd5d7cb398ac5b3907247bafb51c459ab2664b6be5774e5f');
    expect(new Set([hex('signing'), hex('other'), hex(''), hex('signing', generateKeyPair())]).size).toBe(4);
    expect(() => deriveSecret({ publicKey: pair.publicKey } as never, 'signing')).toThrow(/^keyPair must be what/);
  });

  test('has one text, from which it comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secretKey) => {
        const text = formatKeyPair(keyPairOf(secretKey));
        expect(text).toMatch(/^rpcudp-secret-key:[\w-]{43}$/);
        expect(secretKeyOf(parseKeyPair(text)!)).toEqual(secretKey);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ['', 'nothing'],
    ['A'.repeat(43), 'no prefix'],
    [`rpcudp-secret-key:${'A'.repeat(42)}`, 'too short'],
    [`rpcudp-secret-key:${'A'.repeat(44)}`, 'too long'],
    [`rpcudp-secret-key:${'A'.repeat(42)}B`, 'bits that no key has'],
    [`rpcudp-secret-key:${'A'.repeat(42)}+`, 'another alphabet'],
    [`rpcudp-secret-key:${'A'.repeat(43)}\n`, 'more after it'],
  ])('does not come from %j: %s', (text) => {
    expect(parseKeyPair(text)).toBeUndefined();
  });

  test('of another copy of this package is one', () => {
    jest.isolateModules(() => {
      const copy = jest.requireActual<typeof keyPairs>('./key-pair');
      expect(copy.generateKeyPair).not.toBe(generateKeyPair);
      const pair = copy.generateKeyPair();
      expect(checkSecurity({ keyPair: pair }).keyPair).toBe(pair);
    });
  });
});

describe('a public key', () => {
  test('comes back from its text, and has no other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        const text = Buffer.from(key).toString('base64url');
        expect(parsePublicKey(text)).toEqual(key);
        for (const other of [`${text}=`, ` ${text}`, `${text}\n`, text.slice(1), `${text}A`])
          expect(errorOf(() => parsePublicKey(other)).message).toMatch(
            /43 characters of base64url.* not a text of \d+/,
          );
      }),
    );
  });

  test.each([[undefined], [null], [7], [new Uint8Array(32)]])('is not %p', (value) => {
    const error = errorOf(() => parsePublicKey(value as unknown as string));
    expect([error.code, error.message]).toEqual(['INVALID_ARGUMENT', expect.stringContaining('43 characters')]);
  });

  test('is not a secret key, which is not repeated', () => {
    const text = formatKeyPair(generateKeyPair());
    const { message } = errorOf(() => parsePublicKey(`${text}\n`));
    expect(message).toContain('this is a secret one');
    expect(message).not.toContain(text.slice(-43));
  });
});

describe('a key file', () => {
  const file = (): string => join(folder, 'server.key');

  test('holds one line, is for its owner alone, and gives the key pair back', () => {
    const pair = generateKeyPair();
    saveKeyPair(file(), pair);
    expect(readFileSync(file(), 'utf8')).toBe(`${formatKeyPair(pair)}\n`);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['server.key']);
    const loaded = loadKeyPair(file());
    expect([loaded.publicKey, secretKeyOf(loaded)]).toEqual([pair.publicKey, secretKeyOf(pair)]);
  });

  test('is never written over', () => {
    saveKeyPair(file(), generateKeyPair());
    const before = readFileSync(file(), 'utf8');
    const error = errorOf(() => saveKeyPair(file(), generateKeyPair()));
    expect([error.code, error.message]).toEqual(['ALREADY_EXISTS', expect.stringContaining(file())]);
    expect([readFileSync(file(), 'utf8'), readdirSync(folder)]).toEqual([before, ['server.key']]);
  });

  test('is not written where there is no folder, nor of what is no key pair', () => {
    const error = errorOf(() => saveKeyPair(join(folder, 'none', 'server.key'), generateKeyPair()));
    expect([error.code, error.message]).toEqual([
      'FAILED_PRECONDITION',
      expect.stringMatching(/cannot be written: ENOENT/),
    ]);
    const text = formatKeyPair(generateKeyPair());
    const { message } = errorOf(() => saveKeyPair(file(), text as unknown as KeyPair));
    expect(message).toBe('keyPair must be what generateKeyPair() or loadKeyPair(file) gives, not a text.');
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([0o644, 0o640, 0o604, 0o620, 0o601, 0o660])('that has mode %o is refused, also behind a link', (mode) => {
    saveKeyPair(file(), generateKeyPair());
    chmodSync(file(), mode);
    symlinkSync(file(), join(folder, 'link'));
    for (const name of [file(), join(folder, 'link')]) {
      const error = errorOf(() => loadKeyPair(name));
      expect(error.code).toBe('FAILED_PRECONDITION');
      expect(error.message).toContain(`has mode 0${mode.toString(8)}`);
      expect(error.message).toContain('chmod 600');
    }
  });

  test('that its owner may only read is good', () => {
    const pair = generateKeyPair();
    saveKeyPair(file(), pair);
    chmodSync(file(), 0o400);
    expect(loadKeyPair(file()).publicKey).toBe(pair.publicKey);
  });

  test('that is missing, or is a folder, is named', () => {
    for (const name of [file(), folder]) {
      const error = errorOf(() => loadKeyPair(name));
      expect([error.code, error.message]).toEqual([
        'FAILED_PRECONDITION',
        expect.stringContaining(`${name} cannot be read`),
      ]);
    }
  });

  test('with something else in it is refused without a word of that', () => {
    for (const text of [SECRET, '', `${formatKeyPair(generateKeyPair())}\nand more`]) {
      writeFileSync(file(), text, { mode: 0o600 });
      const error = errorOf(() => loadKeyPair(file()));
      expect([error.code, error.message]).toEqual(['INVALID_ARGUMENT', expect.stringContaining('43 characters')]);
      expect(error.message).not.toContain('horse');
    }
  });

  test('is small, and so is every other file with a secret', () => {
    writeFileSync(file(), 'x'.repeat(SECRET_FILE_BYTES_MAX), { mode: 0o600 });
    expect(readSecretFile(file())).toHaveLength(SECRET_FILE_BYTES_MAX);
    writeFileSync(file(), 'x'.repeat(SECRET_FILE_BYTES_MAX + 1), { mode: 0o600 });
    expect(errorOf(() => readSecretFile(file())).message).toContain(`more than ${SECRET_FILE_BYTES_MAX} bytes`);
  });
});

describe('a shared secret', () => {
  const keyOf = (secret: string | Uint8Array): Uint8Array => new SharedSecret('secret', secret).key(crypto);

  test('makes the same key on both sides, as text or as bytes, and another one for any other', () => {
    expect(keyOf(SECRET)).toEqual(keyOf(Buffer.from(SECRET)));
    expect(keyOf(SECRET)).toHaveLength(32);
    const random = fc.uint8Array({ minLength: SHARED_SECRET_BYTES_MIN, maxLength: 80 });
    fc.assert(
      fc.property(random, fc.nat(), (secret, at) => {
        const other = secret.with(at % secret.length, secret[at % secret.length]! ^ 1);
        expect(keyOf(secret)).not.toEqual(keyOf(other));
        expect(keyOf(secret)).not.toEqual(secret);
      }),
    );
  });

  test('is copied, so that the caller may wipe it', () => {
    const bytes = new TextEncoder().encode(SECRET);
    const secret = new SharedSecret('secret', bytes);
    bytes.fill(0);
    expect(secret.key(crypto)).toEqual(keyOf(SECRET));
  });

  test('shows itself to nobody', () => {
    expect(shownOf({ secret: new SharedSecret('secret', SECRET) })).not.toMatch(/horse|99, 111|636f7272/);
  });

  test('of fewer than 32 bytes is refused, without a word of it', () => {
    for (const secret of ['horse', new Uint8Array(SHARED_SECRET_BYTES_MIN - 1)]) {
      const error = errorOf(() => new SharedSecret('secret', secret));
      expect(error.message).toContain(`at least ${SHARED_SECRET_BYTES_MIN} bytes, not ${secret.length}`);
      expect(error.message).not.toContain('horse');
    }
  });
});

describe('security options', () => {
  test('have defaults that let nothing in that is not encrypted', () => {
    expect(checkSecurity({})).toEqual({
      keyPair: undefined,
      sharedSecret: undefined,
      authorize: undefined,
      allowPlain: false,
      earlyData: false,
    });
  });

  test('are taken as they are given', () => {
    const keyPair = generateKeyPair();
    const authorize = (): boolean => true;
    const given = { keyPair, authorize, allowPlain: true, earlyData: true };
    expect(checkSecurity(given)).toEqual({ ...given, sharedSecret: undefined });
    expect(checkSecurity({ sharedSecret: SECRET }).sharedSecret!.key(crypto)).toHaveLength(32);
  });

  test.each<[string, unknown]>([
    ['security must be an object { keyPair, sharedSecret, authorize, allowPlain, earlyData }, not null.', null],
    ['security must be an object { keyPair, sharedSecret, authorize, allowPlain, earlyData }, not a text.', SECRET],
    ['security has no option keypair: there are keyPair, ', { keypair: generateKeyPair() }],
    ['security.sharedSecret is undefined. Leave it out if that is meant', { sharedSecret: undefined }],
    ['takes a keyPair or a sharedSecret, not both', { keyPair: generateKeyPair(), sharedSecret: SECRET }],
    ['security.keyPair must be what generateKeyPair() or loadKeyPair(file) gives, not a text.', { keyPair: SECRET }],
    ['security.keyPair must be what generateKeyPair() or loadKeyPair(file) gives, not null.', { keyPair: null }],
    ['security.keyPair must be what generateKeyPair() or loadKeyPair(file) gives, not an object.', { keyPair: {} }],
    ['security.sharedSecret must be a string or a Uint8Array, not 7.', { sharedSecret: 7 }],
    ['security.sharedSecret must have at least 32 bytes, not 6.', { sharedSecret: 'monkey' }],
    ['security.authorize must be a function, not true.', { authorize: true }],
    ['security.allowPlain must be true or false, not 1.', { allowPlain: 1 }],
    ['security.earlyData must be true or false, not "yes".', { earlyData: 'yes' }],
  ])('say what is wrong: %s', (message, options) => {
    const error = errorOf(() => checkSecurity(options as object));
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.message).toContain(message);
    expect(error.message).not.toMatch(/horse|monkey/);
  });
});
