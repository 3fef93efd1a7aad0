import { SeededRandom } from '../../../testing/random';
import { callStream, driveStreams, StreamEnd, type Source } from '../../../../test/native/stream-ends';
import { bob, expectIdle, pair, type World } from '../../../../test/native/private-network';
import { credentialsOf, keyPairOf, securityOf } from '../../../../test/native/credentials';
import { loadCrypto } from '../../../crypto/load-crypto';
import type { CryptoPort } from '../../../crypto/crypto-port';
import type { PeerSecurity } from '../../engine';

let crypto: CryptoPort;
beforeAll(async () => {
  crypto = await loadCrypto();
});

/** What is in each argument, item and answer. */
const SECRET = Uint8Array.from(Buffer.from('nobody else may read this'));

function isVisible({ sent }: World): boolean {
  return sent.some(({ datagram }) => Buffer.from(datagram).includes(Buffer.from(SECRET)));
}

/** So many items, each with the secret in it, of up to so many bytes more. */
function secretItems(count: number, more: number): Source {
  return (index) => {
    if (index >= count) return undefined;
    const item = new Uint8Array(SECRET.length + 1 + ((index * 37) % more)).fill(index);
    item.set(SECRET);
    return item;
  };
}

/** Two who know each other's keys, or have none. */
function acquaintances(sealed: boolean): ReturnType<typeof pair> & { readonly security: PeerSecurity | undefined } {
  if (!sealed) return { ...pair(), security: undefined };
  const [mine, yours] = [keyPairOf(crypto, 1), keyPairOf(crypto, 2)];
  const options = {
    a: { credentials: credentialsOf(crypto, { keyPair: mine }) },
    b: { credentials: credentialsOf(crypto, { keyPair: yours }) },
  };
  return { ...pair(options), security: securityOf(yours) };
}

/** Streams both ways, over a way that loses and doubles; gives what each side got. */
function chat(sealed: boolean) {
  const { world, a, b, security } = acquaintances(sealed);
  const chance = new SeededRandom(3);
  world.loses = () => chance.next() < 0.2;
  world.copies = 2;
  const answered = driveStreams(b, () => new StreamEnd(b, secretItems(100, 3000)));
  driveStreams(a, () => new StreamEnd(a));
  const { end } = callStream(bob, new StreamEnd(a, secretItems(60, 300)), { takes: true, args: SECRET, security });
  world.advance(60_000);
  world.loses = () => false;
  world.advance(10_000);
  expectIdle({ a, b });
  expect([a.of('response').length, answered.length]).toEqual([1, 1]);
  return { world, answers: end.received, given: answered[0]!.received };
}

test('a sealed stream delivers what one in the clear does, and shows nothing of its arguments and items', () => {
  const { world, answers, given } = chat(true);
  expect(isVisible(world)).toBe(false);
  expect(answers).toEqual(Array.from({ length: 100 }, (_, index) => secretItems(100, 3000)(index)));
  expect(given).toEqual(given.map((_item, index) => secretItems(60, 300)(index)));
  // In the clear the same can be read by anybody: what is looked for would be found.
  const plain = chat(false);
  expect(isVisible(plain.world)).toBe(true);
  expect(plain.answers).toEqual(answers);
});

test('nothing of a stream leaves before its server has proved who it is', () => {
  const { world, a, b, security } = acquaintances(true);
  world.loses = ({ to }) => to === a.address;
  const answered = driveStreams(b, () => new StreamEnd(b, secretItems(5, 10)));
  driveStreams(a, () => new StreamEnd(a));
  callStream(bob, new StreamEnd(a), { security });
  world.advance(1000);
  expect(answered).toEqual([]);
  world.loses = () => false;
  world.advance(10_000);
  expect([answered.length, a.of('response').length]).toEqual([1, 1]);
  expectIdle({ a, b });
});
