import { FakePorts } from '../../test/fake-ports';
import { loadCrypto } from '../crypto/load-crypto';
import type { Credentials } from '../engine/native/protection/sealing';
import type { EndpointPorts } from '../ports';
import { generateKeyPair } from '../security/key-pair';
import { checkSecurity, type SecurityOptions } from '../security/security-options';
import { credentialsOf } from './credentials';

const keyPair = generateKeyPair();
const sharedSecret = 'a secret of thirty-two bytes or more';

let crypto: EndpointPorts['crypto'];
beforeAll(async () => {
  crypto = await loadCrypto();
});

/** What an endpoint makes of its options; each has ports, and so chance, of its own. */
function credentials(options: SecurityOptions, place: string): Credentials {
  return credentialsOf(checkSecurity(options), Object.assign(new FakePorts(), { crypto, place }));
}

test.each([{ keyPair }, { sharedSecret }])(
  'an endpoint with %o gives the same tokens of resets after a restart',
  (options) => {
    const [before, after] = [credentials(options, 'ten 10.0.0.1:1'), credentials(options, 'ten 10.0.0.1:1')];
    expect(after.resetKey).toEqual(before.resetKey);
  },
);

test.each([{ keyPair }, { sharedSecret }])('and others than another endpoint with it', (options) => {
  const [one, two] = [credentials(options, 'ten 10.0.0.1:1'), credentials(options, 'ten 10.0.0.1:2')];
  expect(two.resetKey).not.toEqual(one.resetKey);
});

test('an endpoint that knows no secret draws the key of its tokens', () => {
  const ports = Object.assign(new FakePorts(), { crypto });
  const [one, two] = [credentialsOf(checkSecurity({}), ports), credentialsOf(checkSecurity({}), ports)];
  expect(two.resetKey).not.toEqual(one.resetKey);
});

test('without cryptography it says how to load it', () => {
  expect(() => credentialsOf(checkSecurity({}), new FakePorts())).toThrow('await loadCrypto()');
});
