import { createClient, withOptions } from '@rpcudp/client';
import { PendingCall, defineService, type Logger, type RpcCall, type WireName } from '../../src/index';
import type { CallProgress } from '../../src/endpoint';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '../../src/testing';
import { silent } from './fixtures';

interface Store {
  put(bytes: Uint8Array): Promise<number>;
}
const StoreContract = defineService<Store>('Store', { put: {} });
const SERVER = { host: '10.0.0.1', port: 1 };

interface Stored {
  readonly network: SimulatedNetwork;
  readonly caller: SimulatedEndpoint;
  readonly put: (bytes: number, timeoutMs?: number) => RpcCall<number>;
}

function stored(
  conditions: NetworkConditions,
  { wire = 'native', logger = silent, answers = true }: { wire?: WireName; logger?: Logger; answers?: boolean } = {},
): Stored {
  const network = new SimulatedNetwork(conditions);
  const wires = [wire];
  const server = network.bind({ ...SERVER, wires, logger: silent });
  const put = (bytes: Uint8Array): Promise<number> =>
    answers ? Promise.resolve(bytes.length) : new Promise(() => undefined);
  server.serve(StoreContract, { put });
  const caller = network.bind({ host: '10.0.0.2', port: 2, wires, logger });
  const client = createClient(StoreContract, caller.peer(SERVER));
  return {
    network,
    caller,
    put: (bytes, timeoutMs = 30_000) => withOptions(client, { timeoutMs }).put(new Uint8Array(bytes)),
  };
}

const plain = ({ acknowledgedBytes, totalBytes }: CallProgress): [number, number] => [acknowledgedBytes, totalBytes];

/** Everything that is told of a call's progress. */
async function stepsOf(call: RpcCall<unknown>): Promise<[number, number][]> {
  const steps: [number, number][] = [];
  for await (const progress of call.progress) steps.push(plain(progress));
  return steps;
}

const SIZE = 500_000;
/** The array of arguments, and the bytes in it, have their lengths before them. */
const TOTAL = SIZE + 6;

describe('the progress of a call with a large argument', () => {
  test('goes from nothing to all of it, and ends with the call', async () => {
    const { network, put } = stored({ latencyMs: 20 });
    const call = put(SIZE);
    const steps = await network.until(stepsOf(call));
    expect(steps[0]).toEqual([0, TOTAL]);
    expect(steps.at(-1)).toEqual([TOTAL, TOTAL]);
    expect(steps.length).toBeGreaterThan(5);
    const bytes = steps.map(([acknowledged]) => acknowledged);
    expect(bytes).toEqual([...new Set(bytes)].sort((one, other) => one - other));
    expect(await call).toEqual({ received: true, value: SIZE });
  });

  test('is known at any time, without being watched', async () => {
    const { network, put } = stored({ latencyMs: 20, bytesPerSecond: 100_000 });
    const call = put(SIZE);
    expect(plain(call.progress)).toEqual([0, TOTAL]);
    await network.advance(2000);
    const [acknowledged] = plain(call.progress);
    expect(acknowledged).toBeGreaterThan(50_000);
    expect(acknowledged).toBeLessThan(250_000);
    await network.until(call);
    expect(plain(call.progress)).toEqual([TOTAL, TOTAL]);
  });

  test('can be watched by several, late, and for as long as anybody likes', async () => {
    const { network, put } = stored({ latencyMs: 20, bytesPerSecond: 100_000 });
    const call = put(SIZE);
    const first = stepsOf(call);
    await network.advance(2000);
    const late = stepsOf(call);
    const once = (async (): Promise<number> => {
      for await (const { acknowledgedBytes } of call.progress) return acknowledgedBytes;
      return -1;
    })();
    expect(await once).toBeGreaterThan(0);
    const [all, some] = await network.until(Promise.all([first, late]));
    expect(some.length).toBeGreaterThan(2);
    expect(all.slice(-some.length)).toEqual(some);
    expect(await network.until(stepsOf(call))).toEqual([[TOTAL, TOTAL]]);
  });

  test('stays where it was when the call ends in silence, and the log and the error say where that is', async () => {
    const warn = jest.fn<undefined, [string, object]>();
    const { network, put } = stored({ latencyMs: 20, bytesPerSecond: 100_000 }, { logger: { ...silent, warn } });
    const call = put(SIZE, 2000);
    const steps = await network.until(stepsOf(call));
    const [acknowledgedBytes] = steps.at(-1)!;
    expect([acknowledgedBytes > 0, acknowledgedBytes < TOTAL]).toEqual([true, true]);
    const arrived = `${acknowledgedBytes} of ${TOTAL} bytes of its arguments were acknowledged`;
    expect(warn).toHaveBeenCalledWith(
      `rpcudp: no response within 2000 ms from Store.put at 10.0.0.1:1: ${arrived}`,
      expect.objectContaining({ event: 'call-silent', acknowledgedBytes, totalBytes: TOTAL }),
    );
    await expect(call.orThrow()).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      executed: 'unknown',
      message: `No response within 2000 ms from Store.put at 10.0.0.1:1: ${arrived}.`,
      details: { acknowledgedBytes, totalBytes: TOTAL },
    });
  });

  test('tells a way that is too slow from a handler that is', async () => {
    const { network, put } = stored({ latencyMs: 20 }, { answers: false });
    await expect(network.until(put(SIZE, 3000).orThrow())).rejects.toThrow(
      `: all ${TOTAL} bytes of its arguments were acknowledged.`,
    );
  });

  test('ends where the call fails, and nobody has to wait for the call itself', async () => {
    const { network, caller, put } = stored({ latencyMs: 20, bytesPerSecond: 100_000 });
    const steps = stepsOf(put(SIZE));
    await network.advance(1000);
    await caller.close();
    expect((await steps).length).toBeGreaterThan(1);
  });
});

describe('the progress of a small call', () => {
  test('is nothing, then all of it', async () => {
    const { network, put } = stored({ latencyMs: 20 });
    expect(await network.until(stepsOf(put(100)))).toEqual([
      [0, 103],
      [103, 103],
    ]);
  });

  test('is said neither in the log nor in the error of its silence', async () => {
    const warn = jest.fn<undefined, [string, object]>();
    const { network, put } = stored({}, { answers: false, logger: { ...silent, warn } });
    const call = put(100, 500);
    await expect(network.until(call.orThrow())).rejects.toMatchObject({
      message: 'No response within 500 ms from Store.put at 10.0.0.1:1.',
      details: undefined,
    });
    expect(warn.mock.calls).toEqual([
      [
        'rpcudp: no response within 500 ms from Store.put at 10.0.0.1:1',
        expect.not.objectContaining({ totalBytes: 103 }),
      ],
    ]);
  });

  test('comes with the answer on the rpcudp wire, which acknowledges nothing', async () => {
    const { network, put } = stored({ latencyMs: 20 }, { wire: 'rpcudp' });
    const call = put(5000);
    const steps = stepsOf(call);
    await network.advance(10);
    expect(plain(call.progress)).toEqual([0, 5004]);
    expect(await network.until(steps)).toEqual([
      [0, 5004],
      [5004, 5004],
    ]);
  });
});

test('a call that could not be sent, and one over a channel that cannot tell, are nothing of nothing', async () => {
  const { put, caller } = stored({});
  await caller.close();
  const refused = put(100);
  for (const call of [refused, new PendingCall<number>()]) expect(await stepsOf(call)).toEqual([[0, 0]]);
  await expect(refused).rejects.toMatchObject({ code: 'CLOSED' });
});
