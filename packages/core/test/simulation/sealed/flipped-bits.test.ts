import { loadCrypto } from '../../../src/security';
import { SeededRandom, SimulatedNetwork } from '../../../src/testing';
import {
  RESET,
  RESET_BYTES,
  RESET_TOKEN_BYTES,
  RETRY,
  SEALED_OPENING_PACKET,
  SEALED_PLAIN_PACKET,
} from '../../../src/wire/native/packet';
import { opens } from '../amplification';
import { PROOFS } from '../parties';
import { METHODS, expectedOf, outcomeOf } from './archive';
import { Flipping, flipped } from './flipping';
import { SealedNetwork } from './sealed-network';

beforeAll(loadCrypto);

/** Thousands of copies come at one moment, and are not to be taken for a flood. */
const NO_FLOOD = { unprovenMax: 100_000, unprovenPerSecond: 1_000_000 };

const isReset = (datagram: Uint8Array): boolean => datagram[0] === RESET;

describe('a datagram with one bit flipped', () => {
  test.each(PROOFS)(
    'changes nothing but a counter, and no result, where sides prove themselves by %s',
    async (proof) => {
      const flipping = new Flipping({ proof, tuning: { load: NO_FLOOD } });
      expect([await flipping.callAll(), flipping.violations]).toEqual([METHODS, []]);
      for (const type of [SEALED_OPENING_PACKET, SEALED_PLAIN_PACKET])
        expect(flipping.copies.get(type)).toBeGreaterThan(2000);
      expect(flipping.bytesOut).toBeLessThanOrEqual(flipping.bytesIn);
    },
  );

  test('does so if it is the reset of a server that was restarted', async () => {
    const flipping = new Flipping({}, isReset);
    expect([await flipping.callAll(), flipping.violations]).toEqual([METHODS, []]);
    await flipping.sealed.restartServer(500);
    const call = outcomeOf(flipping.client, 'consult', 100, 'again');
    expect(await flipping.sealed.network.until(call)).toBe(expectedOf('consult', 'again'));
    expect(flipping.violations).toEqual([]);
    expect(flipping.copies.get(RESET)).toBe(8 * (RESET_BYTES + RESET_TOKEN_BYTES));
  });

  test('ends no handshake, be it that of somebody who is asked for proof of the address', async () => {
    const load = { unprovenMax: 0, unprovenPerSecond: 1 };
    const flipping = new Flipping({ tuning: { load } }, (datagram) => datagram[0] !== RETRY && !opens(datagram));
    expect([await flipping.callAll(), flipping.violations]).toEqual([METHODS, []]);
  });

  test('delays a call at most, if it is a retry, which nobody can prove to be genuine', async () => {
    const load = { unprovenMax: 0, unprovenPerSecond: 0 };
    const RETRY_BITS = 8 * 29;
    for (let bit = 0; bit < RETRY_BITS; bit += 1) {
      const sealed = new SealedNetwork({ tuning: { load } });
      let left = 1;
      sealed.network.arrived = (datagram, to, from) => {
        if (datagram[0] !== RETRY || left-- < 1) return;
        expect(8 * datagram.length).toBe(RETRY_BITS);
        SimulatedNetwork.prototype.inject.call(sealed.network, flipped(datagram, bit), from, to);
      };
      const client = sealed.clientOf(sealed.bindCaller());
      const calls = Promise.all([outcomeOf(client, 'consult', 1, 'x'), outcomeOf(client, 'deposit', 2, 'x')]);
      expect(await sealed.network.until(calls)).toEqual([expectedOf('consult', 'x'), expectedOf('deposit', 'x')]);
      expect([left < 1, sealed.archive.mostRuns]).toEqual([true, 1]);
    }
  });
});

test('a network that flips a bit in a fifth of all datagrams has merely lost them', async () => {
  const sealed = new SealedNetwork();
  const random = new SeededRandom(3);
  const { network } = sealed;
  const inject = network.inject.bind(network);
  network.inject = (datagram, from, to) => {
    const bit = Math.floor(random.next() * 8 * datagram.length);
    inject(random.chance(0.2) ? flipped(datagram, bit) : datagram, from, to);
  };
  const client = sealed.clientOf(sealed.bindCaller(), { timeoutMs: 20_000 });
  const calls = Array.from({ length: 300 }, (_, id) => outcomeOf(client, 'deposit', id, `${id}`));
  const outcomes = await network.until(Promise.all(calls));
  expect(outcomes).toEqual(outcomes.map((_, id) => expectedOf('deposit', `${id}`)));
  expect([sealed.archive.runs.size, sealed.archive.mostRuns]).toEqual([300, 1]);
});
