import { createClient, orThrow } from '@rpcudp/client';
import { Inspection, type InspectionOptions } from '../../src/inspection';
import { RpcError, defineService } from '../../src/index';
import {
  INSPECTED_CALLS_PER_UPDATE_MAX,
  INSPECTED_PEERS_MAX,
  INSPECTION_INTERVAL_MS_DEFAULT,
  INSPECTION_INTERVAL_MS_MAX,
  INSPECTION_INTERVAL_MS_MIN,
  INSPECTION_WATCHERS_MAX,
} from '../../src/limits';
import { SimulatedNetwork } from '../../src/testing';
import { generateKeyPair, loadCrypto } from '../../src/security';
import { outcomeOf, silent } from './fixtures';

beforeAll(loadCrypto);

interface Counter {
  add(step: number): number;
  never(): Promise<void>;
  count(to: number): AsyncIterable<number>;
}
const Counter = defineService<Counter>('Counter', { add: {}, never: {}, count: { stream: true } });
const counter: Counter = {
  add: (step) => {
    if (step < 0) throw new RpcError('OUT_OF_RANGE', 'The secret step.');
    return step + 1;
  },
  never: () => new Promise(() => undefined),
  async *count(to) {
    for (let value = 1; value <= to; value += 1) yield value;
  },
};

type Options = Parameters<SimulatedNetwork['bind']>[0];

function simulate(options: Options = { inspection: true }) {
  const network = new SimulatedNetwork({ latencyMs: 10 });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, ...options });
  server.serve(Counter, counter);
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent });
  const client = createClient(Counter, caller.peer(server.address));
  const inspection = createClient(Inspection, caller.peer(server.address));
  return { network, server, caller, client, inspection };
}

/** So many updates. */
async function read<T>(values: AsyncIterable<T>, count: number): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) if (all.push(value) === count) break;
  return all;
}

describe('an endpoint with inspection', () => {
  test('tells its peers, with round trip, window, losses and drops', async () => {
    const { network, server, client, inspection } = simulate();
    for (let step = 0; step < 5; step += 1) await network.until(client.add(step).orThrow());
    network.inject(Uint8Array.of(0xff, 1, 2), { host: '10.0.0.2', port: 2 }, server.address);

    const { peers, peerCount, stats } = await network.until(inspection.snapshot().orThrow());

    expect(peerCount).toBe(1);
    expect(peers[0]).toMatchObject({ address: '10.0.0.2:2', lostPackets: 0, retransmitted: 0, dropped: 1 });
    expect(peers[0]!.roundTripMs).toBeCloseTo(20, 0);
    expect(peers[0]!.windowBytes).toBeGreaterThan(1000);
    expect(stats.requests).toMatchObject({ received: 6, answered: 5 });
    expect(stats.dropped['unknown-type']).toBe(1);
  });

  test('tells each call with what came of it, and no word of what it carried', async () => {
    const { network, client, inspection } = simulate();
    await network.until(client.add(1).orThrow());
    await network.until(outcomeOf(client.add(-1)));
    void client.never();
    await network.until(read(client.count(3), 3));

    const update = await network.until(inspection.snapshot().orThrow());

    expect(update.calls.map(({ method, outcome, code, executed }) => [method, outcome, code, executed])).toEqual([
      ['add', 'answered', undefined, 'yes'],
      ['add', 'failed', 'OUT_OF_RANGE', 'yes'],
      ['count', 'answered', undefined, 'yes'],
      ['never', undefined, undefined, undefined],
    ]);
    expect(update.calls[0]).toMatchObject({ side: 'server', service: 'Counter', argsBytes: 2, answerBytes: 1 });
    expect(update.calls[2]).toMatchObject({ answerItems: 3 });
    expect(JSON.stringify(update)).not.toContain('secret');
    expect(update.methods).toMatchObject([
      { side: 'server', method: 'add', started: 2, running: 0, answered: 1, failed: 1, latency: { calls: 2 } },
      { method: 'never', running: 1, latency: { calls: 0 } },
      { method: 'count', started: 1, latency: { calls: 0 } },
    ]);
  });

  test('counts all bytes of large arguments and results, wherever they lie', async () => {
    interface Echo {
      echo(bytes: Uint8Array): Uint8Array;
    }
    const Echo = defineService<Echo>('Echo', { echo: {} });
    const { network, server, caller, inspection } = simulate();
    for (const endpoint of [server, caller]) endpoint.serve(Echo, { echo: (bytes) => bytes });
    const file = new Uint8Array(300_000);
    await network.until(createClient(Echo, caller.peer(server.address)).echo(file).orThrow());
    await network.until(createClient(Echo, server.peer(caller.address)).echo(file).orThrow());

    const { calls } = await network.until(inspection.snapshot().orThrow());

    // The head of the bytes, and before it that of the list that arguments are.
    expect(calls).toMatchObject([
      { side: 'server', argsBytes: 300_006, answerBytes: 300_005 },
      { side: 'client', argsBytes: 300_006, answerBytes: 300_005 },
    ]);
  });

  test('tells its own calls as well, on the other side', async () => {
    const { network, server, caller, inspection } = simulate();
    caller.serve(Counter, counter);
    const back = createClient(Counter, server.peer(caller.address));
    await network.until(back.add(1).orThrow());

    const { calls, latency } = await network.until(inspection.snapshot().orThrow());

    expect(calls).toMatchObject([{ side: 'client', method: 'add', peer: '10.0.0.2:2', outcome: 'answered' }]);
    expect(latency.client.p50Ms).toBeCloseTo(20, -1);
    expect(latency.server).toEqual({ calls: 0 });
  });

  test('tells a watcher at once, and then at every interval what has happened since', async () => {
    const { network, client, inspection } = simulate();
    await network.until(client.add(1).orThrow());
    const updates = inspection.watch({ intervalMs: 250 });
    const iterator = updates[Symbol.asyncIterator]();
    const first = await network.until(iterator.next());
    await network.until(client.add(2).orThrow());
    const [second, third] = [await network.until(iterator.next()), await network.until(iterator.next())];

    expect(first.value!.calls).toHaveLength(1);
    expect(second.value!.calls.map(({ id }) => id)).toEqual([2]);
    expect(second.value!.latency.server.calls).toBe(1);
    expect(second.value!.methods[0]).toMatchObject({ started: 2, latency: { calls: 1 } });
    expect(third.value!).toMatchObject({ calls: [], callsOmitted: 0, latency: { server: { calls: 0 } } });
    expect(third.value!.at - second.value!.at).toBeCloseTo(250, -1);
    updates.cancel();
  });

  test('is done with a watcher who leaves, and with all when it closes', async () => {
    const { network, server, inspection } = simulate();
    await network.until(read(inspection.watch(), 1));
    await network.advance(1000);
    expect(server.stats().runningHandlers).toBe(0);

    const left = read(inspection.watch(), Infinity).catch((error: unknown) => error);
    await network.advance(1000);
    await network.until(server.close());
    expect(await network.until(left)).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('keeps it off the rpcudp wire', async () => {
    const { network, server } = simulate({ inspection: true, wires: ['native', 'rpcudp'] });
    const old = network.bind({ host: '10.0.0.3', port: 3, wires: ['rpcudp'], logger: silent });
    const inspection = createClient(Inspection, old.peer(server.address));
    expect(await network.until(outcomeOf(inspection.snapshot()))).toBe('silence');
  });

  test('shows itself to whom authorize lets', async () => {
    const keyPair = generateKeyPair();
    const security = { keyPair, authorize: ({ service }: { service: string }) => service !== 'rpcudp.Inspection' };
    const { network, server, caller } = simulate({ inspection: true, security });
    expect(caller.stats().peers).toEqual([]);
    const secure = network.bind({ host: '10.0.0.4', port: 4, security: {}, logger: silent });
    const peer = secure.peer(server.address, { publicKey: keyPair.publicKey });
    expect(await network.until(outcomeOf(createClient(Counter, peer).add(1)))).toBe(2);
    expect(await network.until(outcomeOf(createClient(Inspection, peer).snapshot()))).toBe('PERMISSION_DENIED');
  });
});

describe('inspection is bounded', () => {
  test('an update has INSPECTED_CALLS_PER_UPDATE_MAX calls, the last, and says how many it leaves out', async () => {
    const { network, client, inspection } = simulate();
    const made = INSPECTED_CALLS_PER_UPDATE_MAX + 20;
    await network.until(Promise.all(Array.from({ length: made }, (_, step) => client.add(step).orThrow())));

    const { calls, callsOmitted } = await network.until(inspection.snapshot().orThrow());

    expect(calls).toHaveLength(INSPECTED_CALLS_PER_UPDATE_MAX);
    expect(callsOmitted).toBe(20);
    expect(Math.max(...calls.map(({ id }) => id))).toBe(made);
  });

  test('an update has INSPECTED_PEERS_MAX peers, the busiest, and says how many there are', async () => {
    const { network, server, client, inspection } = simulate();
    for (let host = 0; host < INSPECTED_PEERS_MAX + 5; host += 1) {
      const other = network.bind({ host: `10.0.1.${host}`, port: 1, logger: silent });
      await network.until(createClient(Counter, other.peer(server.address)).add(1).orThrow());
    }
    for (let step = 0; step < 9; step += 1) await network.until(client.add(step).orThrow());

    const { peers, peerCount } = await network.until(inspection.snapshot().orThrow());

    expect(peers).toHaveLength(INSPECTED_PEERS_MAX);
    expect(peerCount).toBe(INSPECTED_PEERS_MAX + 6);
    expect(peers[0]!.address).toBe('10.0.0.2:2');
  });

  test('INSPECTION_WATCHERS_MAX may watch, and the next is told so', async () => {
    const { network, inspection } = simulate();
    const all = Array.from({ length: INSPECTION_WATCHERS_MAX }, () => inspection.watch());
    for (const each of all) await network.until(each[Symbol.asyncIterator]().next());

    const refused = read(inspection.watch(), 1).catch((error: unknown) => error);
    expect(await network.until(refused)).toMatchObject({ code: 'RESOURCE_EXHAUSTED', origin: 'remote' });

    all[0]!.cancel();
    await network.advance(1000);
    expect(await network.until(read(inspection.watch(), 1))).toHaveLength(1);
    for (const each of all) each.cancel();
  });

  test.each([
    [{ intervalMs: INSPECTION_INTERVAL_MS_MIN - 1 }],
    [{ intervalMs: INSPECTION_INTERVAL_MS_MAX + 1 }],
    [{ intervalMs: '500' }],
    [{ interval: 500 }],
    [null],
  ])('watch(%j) is refused', async (options) => {
    const { network, inspection } = simulate();
    const updates = inspection.watch(options as InspectionOptions);
    await expect(network.until(read(updates, 1))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', executed: 'no' });
  });

  test('without an interval it is INSPECTION_INTERVAL_MS_DEFAULT', async () => {
    const { network, inspection } = simulate();
    const [first, second] = await network.until(read(inspection.watch(), 2));
    expect(second!.at - first!.at).toBeCloseTo(INSPECTION_INTERVAL_MS_DEFAULT, -1);
  });
});

describe('the option inspection', () => {
  test('is off unless it is set', async () => {
    const { network, inspection } = simulate({});
    await expect(network.until(orThrow(inspection).snapshot())).rejects.toMatchObject({ code: 'UNIMPLEMENTED' });
  });

  test.each([1, 'yes'])('is true or false, not %j', (value) => {
    expect(() => simulate({ inspection: value as unknown as boolean })).toThrow(/inspection must be true or false/);
  });

  test('needs the native wire', () => {
    expect(() => simulate({ inspection: true, wires: ['rpcudp'] })).toThrow(
      "inspection needs the native wire. Add 'native' to wires, or leave inspection out.",
    );
  });
});
