import { createClient } from '@rpcudp/client';
import { defineService } from '../../../src/index';
import { loadCrypto } from '../../../src/security';
import { PROOFS, type Proof } from '../parties';
import { SERVER, SealedNetwork } from './sealed-network';

beforeAll(loadCrypto);

interface Files {
  peek(bytes: number): Uint8Array;
  take(bytes: number): Uint8Array;
}

const Files = defineService<Files>('Files', { peek: { delivery: 'idempotent' }, take: {} });

const fileOf = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);

/** What a round trip takes, in milliseconds. */
const ROUND_TRIP_MS = 40;
/** The largest file that comes in one datagram, in bytes: the first of the server has its half of the handshake. */
const FIRST_BYTES_MAX = 1056;
const LATER_BYTES_MAX = 1148;
/** Such a datagram has at least so many bytes of its 1,200: some are kept for what might have been longer. */
const FULL_BYTES = 1185;
/** An endpoint that asks every stranger to prove its address. */
const WARY = { load: { unprovenMax: 0, unprovenPerSecond: 0 } };

/** How many round trips a first call takes, and how many bytes the largest datagram of the server has. */
async function firstCall(proof: Proof, method: keyof Files, bytes: number, tuning = {}): Promise<[number, number]> {
  const sealed = new SealedNetwork({ proof, tuning, latencyMs: ROUND_TRIP_MS / 2 });
  sealed.server.serve(Files, { peek: fileOf, take: fileOf });
  const client = createClient(Files, sealed.bindCaller().peer(SERVER, sealed.parties.peer));
  const reply = await sealed.network.until(client[method](bytes));
  expect(reply).toEqual({ received: true, value: fileOf(bytes) });
  const roundTrips = sealed.network.clock.now / ROUND_TRIP_MS;
  return [roundTrips, Math.max(...sealed.sentFrom(SERVER).map(({ datagram }) => datagram.length))];
}

describe.each(PROOFS)('a first call, where sides prove themselves by %s,', (proof) => {
  test.each([
    ['peek', 1, 10, 10],
    ['peek', 1, FIRST_BYTES_MAX, FULL_BYTES],
    ['take', 2, 10, 10],
    ['take', 2, LATER_BYTES_MAX, FULL_BYTES],
  ] as const)(
    'of %s takes %i round trips, also if its answer has %i bytes',
    async (method, roundTrips, bytes, largestMin) => {
      const [took, largest] = await firstCall(proof, method, bytes);
      expect(took).toBeCloseTo(roundTrips, 1);
      expect(largest).toBeGreaterThanOrEqual(largestMin);
    },
  );

  test.each([
    ['peek', 2, FIRST_BYTES_MAX],
    ['take', 3, LATER_BYTES_MAX],
  ] as const)(
    'of %s takes one more, %i, where proof of the address is asked for',
    async (method, roundTrips, bytes) => {
      const [took] = await firstCall(proof, method, bytes, WARY);
      expect(took).toBeCloseTo(roundTrips, 1);
    },
  );
});

test('a later call takes one round trip, whatever it is', async () => {
  const sealed = new SealedNetwork({ latencyMs: ROUND_TRIP_MS / 2 });
  sealed.server.serve(Files, { peek: fileOf, take: fileOf });
  const client = createClient(Files, sealed.bindCaller().peer(SERVER, sealed.parties.peer));
  await sealed.network.until(client.take(1));
  for (const method of ['peek', 'take'] as const) {
    const began = sealed.network.clock.now;
    await sealed.network.until(client[method](LATER_BYTES_MAX));
    expect((sealed.network.clock.now - began) / ROUND_TRIP_MS).toBeCloseTo(1, 1);
  }
});
