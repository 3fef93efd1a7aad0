import { createClient, type Client } from '@rpcudp/client';
import { loadCrypto } from '../../../src/security';
import type { SimulatedEndpoint } from '../../../src/testing';
import { SEALED_PLAIN_PACKET, SEALED_PLAIN_PACKET_1 } from '../../../src/wire/native/packet';
import { silent } from '../fixtures';
import { partiesOf } from '../parties';
import { ArchiveContract, CountedArchive, expectedOf, outcomeOf, type Archive, type Method } from './archive';
import { CALLER, SERVER, SealedNetwork, type Recorded } from './sealed-network';

beforeAll(loadCrypto);

const PATIENT = { timeoutMs: 30_000 };
const TWO_MINUTES_MS = 120_000;

/** Makes so many calls, `inFlight` at once, and gives how many of them were answered rightly. */
async function manyCalls(client: Client<Archive>, count: number, inFlight: number): Promise<number> {
  let [next, answered] = [0, 0];
  const caller = async (): Promise<void> => {
    while (next < count) {
      const id = (next += 1);
      const method: Method = id % 2 === 0 ? 'deposit' : 'consult';
      if ((await outcomeOf(client, method, id, `${id}`)) === expectedOf(method, `${id}`)) answered += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return answered;
}

/** Moves an endpoint again and again, to another port of its host and to another host in turn. */
async function keepMoving({ network }: SealedNetwork, endpoint: SimulatedEndpoint, everyMs: number): Promise<void> {
  for (let move = 1; move <= 6; move += 1) {
    await new Promise<void>((resolve) => network.clock.setTimer(everyMs, resolve));
    const { host, port } = endpoint.address;
    endpoint.moveTo(move % 2 === 0 ? { host, port: port + 1 } : { host: `10.0.7.${move}`, port });
  }
}

/** In which key phases something was sent. */
function phasesOf(sent: readonly Recorded[]): number[] {
  const types = new Set(sent.map(({ datagram }) => datagram[0]!));
  return [SEALED_PLAIN_PACKET, SEALED_PLAIN_PACKET_1].filter((type) => types.has(type));
}

const BOTH_PHASES = [SEALED_PLAIN_PACKET, SEALED_PLAIN_PACKET_1];
const BAD = { loss: 0.05, jitterMs: 5 };

/** How many at-most-once calls have run more than once. */
function ranTwice({ archive }: SealedNetwork): number {
  return [...archive.runs].filter(([id, runs]) => id % 2 === 0 && runs > 1).length;
}

describe('of a thousand encrypted calls none is lost on a network that loses 5 %', () => {
  test.each([
    ['while their caller is given one address after the other', {}],
    ['nor where keys are renewed every 20 packets meanwhile', { afterMs: TWO_MINUTES_MS, afterPackets: 20 }],
    ['nor where they are renewed every 100 ms', { afterMs: 100, afterPackets: 2 ** 24 }],
  ])('%s', async (_, renewal) => {
    const keyRenewal = 'afterMs' in renewal ? renewal : undefined;
    const sealed = new SealedNetwork({ ...BAD, tuning: { keyRenewal } });
    const caller = sealed.bindCaller();
    const calls = manyCalls(sealed.clientOf(caller, PATIENT), 1000, 16);
    const [answered] = await sealed.network.until(Promise.all([calls, keepMoving(sealed, caller, 300)]));
    expect([answered, sealed.archive.runs.size, ranTwice(sealed)]).toEqual([1000, 1000, 0]);
    expect(caller.address.port).toBe(CALLER.port + 3);
    expect(sealed.server.stats().peers).toHaveLength(1);
    const phases = keyRenewal === undefined ? [SEALED_PLAIN_PACKET] : BOTH_PHASES;
    expect(phasesOf(sealed.sentFrom(SERVER))).toEqual(phases);
    expect(phasesOf(sealed.sentTo(SERVER))).toEqual(phases);
  });
});

test('calls go on over minutes while keys are renewed in their time, and the caller moves', async () => {
  const sealed = new SealedNetwork(BAD);
  const caller = sealed.bindCaller();
  const client = sealed.clientOf(caller, PATIENT);
  void keepMoving(sealed, caller, 70_000);
  for (let id = 0; id < 120; id += 1) {
    expect(await sealed.network.until(outcomeOf(client, 'deposit', id, 'on'))).toBe(expectedOf('deposit', 'on'));
    await sealed.network.advance(5000);
  }
  expect(sealed.archive.mostRuns).toBe(1);
  expect([phasesOf(sealed.sentFrom(SERVER)), phasesOf(sealed.sentTo(SERVER))]).toEqual([BOTH_PHASES, BOTH_PHASES]);
  expect(sealed.server.stats().peers).toHaveLength(1);
});

test.each([
  ['caller', 20_000],
  ['caller', 200_000],
  ['server', 20_000],
  ['server', 200_000],
] as const)('a %s that sleeps for %i ms amid encrypted calls is found again', async (who, ms) => {
  const sealed = new SealedNetwork();
  const caller = sealed.bindCaller();
  const client = sealed.clientOf(caller, PATIENT);
  expect(await sealed.network.until(manyCalls(client, 10, 2))).toBe(10);
  const sleeper = who === 'caller' ? caller : sealed.server;
  const pending = outcomeOf(client, 'deposit', 1000, 'over night');
  sealed.network.sleep(sleeper);
  await sealed.network.advance(ms);
  sealed.network.wake(sleeper);
  // Its time may be over, but nothing else may come of it.
  const outcome = await sealed.network.until(pending);
  expect([expectedOf('deposit', 'over night'), 'silence']).toContain(outcome);
  const afterwards = outcomeOf(client, 'deposit', 1002, 'in the morning');
  expect(await sealed.network.until(afterwards)).toBe(expectedOf('deposit', 'in the morning'));
  expect(ranTwice(sealed)).toBe(0);
});

test('two endpoints that open to each other at once answer each other, each call once', async () => {
  const sealed = new SealedNetwork(BAD);
  const { server, peer } = partiesOf(8, { proof: 'key pairs', earlyData: false, keyRenewal: undefined });
  const other = sealed.network.bind({ ...CALLER, ...server, logger: silent });
  const archive = new CountedArchive();
  other.serve(ArchiveContract, archive);
  const clients = [
    sealed.clientOf(other, PATIENT),
    createClient(ArchiveContract, sealed.server.peer(CALLER, { ...peer, ...PATIENT })),
  ];
  const answered = await sealed.network.until(Promise.all(clients.map((client) => manyCalls(client, 200, 8))));
  expect(answered).toEqual([200, 200]);
  for (const { runs } of [sealed.archive, archive])
    expect([runs.size, [...runs].filter(([id, times]) => id % 2 === 0 && times > 1)]).toEqual([200, []]);
  await sealed.network.until(Promise.all([other.close(), sealed.server.close()]));
  // What is on its way arrives nowhere.
  await sealed.network.advance(100);
  expect(sealed.network.clock.scheduled).toBe(0);
});
