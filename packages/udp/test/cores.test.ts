import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@rpcudp/client';
import { RpcError, defineService } from '@rpcudp/core';
import { UdpEndpoint, type UdpEndpointOptions } from '../src';
import { bindOnCore, serveOnCores, type Cores, type CoresOptions, type WorkerDeath } from '../src/cores';
import { CORE_RESTART_MS, CORES_MAX } from '../src/limits';

interface Work {
  /** The thread that answers. */
  who(): number;
  /** Takes so many milliseconds, and gives the thread that ran it. */
  run(id: number, ms: number): Promise<number>;
  again(id: number, ms: number): Promise<number>;
  die(): void;
  callBack(): Promise<string>;
  second(): Promise<string>;
}

const Work = defineService<Work>('Work', {
  who: {},
  run: {},
  again: { delivery: 'idempotent' },
  die: {},
  callBack: {},
  second: {},
});
const Peer = defineService<{ name(): string }>('Peer', { name: {} });

const WORKER = join(__dirname, 'cores/worker.mjs');

let folder: string;
let log: string;
let open: { close(): Promise<void> }[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rpcudp-cores-'));
  log = join(folder, 'runs');
  open = [];
});
afterEach(async () => {
  for (const each of open) await each.close();
  rmSync(folder, { recursive: true });
});

async function started(options: CoresOptions = {}, env: Record<string, string> = {}): Promise<Cores> {
  const threads = { env: { ...process.env, LOG: log, ...env } };
  const cores = await serveOnCores(WORKER, { host: '127.0.0.1', count: 2, threads, ...options });
  open.push(cores);
  return cores;
}

/** A caller with an association of its own. */
async function callerOf(cores: Cores, options: UdpEndpointOptions = {}): Promise<Client<Work>> {
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', ...options });
  endpoint.serve(Peer, { name: () => `port ${endpoint.address.port}` });
  open.unshift(endpoint);
  return createClient(Work, endpoint.peer(cores.address));
}

/** Callers of which at least one has reached each of two workers, and the worker of each. */
async function callersOfBoth(cores: Cores): Promise<{ callers: Client<Work>[]; workers: number[] }> {
  const callers: Client<Work>[] = [];
  const workers: number[] = [];
  while (callers.length < 6 || new Set(workers).size < 2) {
    const caller = await callerOf(cores);
    callers.push(caller);
    workers.push(await caller.who().orThrow());
  }
  return { callers, workers };
}

/** How often each call has run, whoever ran it. */
function runs(): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of readFileSync(log, 'utf8').trim().split('\n').map(Number)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

test('two workers answer at one port, each its own callers, and call back over it', async () => {
  const cores = await started();
  const { callers, workers } = await callersOfBoth(cores);
  expect(await Promise.all(callers.map((caller) => caller.who().orThrow()))).toEqual(workers);
  expect(new Set(workers).size).toBe(2);
  for (const caller of callers) expect(await caller.callBack().orThrow()).toMatch(/^port \d+$/);
  expect(cores.count).toBe(2);
  expect(cores.stats()).toMatchObject({
    datagrams: { lost: 0, unknown: 0 },
    workers: [
      { serving: true, deaths: 0 },
      { serving: true, deaths: 0 },
    ],
  });
});

test('a worker that dies under load takes its calls with it; none runs twice, and another one is there', async () => {
  const deaths: WorkerDeath[] = [];
  const cores = await started({ onDeath: (death) => deaths.push(death) });
  const { callers, workers } = await callersOfBoth(cores);
  const outcome = async (id: number): Promise<string> => {
    try {
      return (await callers[id % callers.length]!.run(id, 100)).received ? 'answered' : 'silence';
    } catch (error) {
      const { code, executed } = RpcError.from(error);
      return `${code}/${executed}`;
    }
  };
  const outcomes = Array.from({ length: 120 }, (_, id) => outcome(id));
  await callers[0]!.die().then(
    () => undefined,
    () => undefined,
  );
  const ended = await Promise.all(outcomes);
  const ran = runs();
  expect(Math.max(...ran.values())).toBe(1);
  ended.forEach((each, id) => {
    const lost = workers[id % workers.length] === workers[0];
    expect([id, each]).toEqual([id, lost ? 'UNAVAILABLE/unknown' : 'answered']);
  });
  expect(deaths).toHaveLength(1);
  expect(deaths[0]).toMatchObject({ exitCode: 7, error: undefined, restartMs: CORE_RESTART_MS });
  expect(await callers[0]!.who().orThrow()).not.toBe(workers[0]);
  expect(
    cores
      .stats()
      .workers.map(({ deaths: died }) => died)
      .sort(),
  ).toEqual([0, 1]);
});

test('a restart replaces every worker while calls go on, and none is lost', async () => {
  const cores = await started();
  const { workers } = await callersOfBoth(cores);
  let restarted = false;
  const loop = async (caller: Client<Work>): Promise<number> => {
    let last = 0;
    while (!restarted) last = await untilTaken(() => caller.again(1, 20).orThrow());
    return last;
  };
  const loops = Array.from({ length: 10 }, async () => loop(await callerOf(cores)));
  await cores.restart();
  restarted = true;
  for (const worker of await Promise.all(loops)) expect(workers).not.toContain(worker);
  expect(cores.stats().workers).toEqual([
    { serving: true, deaths: 0 },
    { serving: true, deaths: 0 },
  ]);
});

/** Makes a call again as long as a worker that leaves refuses it. */
async function untilTaken(call: () => Promise<number>): Promise<number> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (RpcError.from(error).executed !== 'no') throw error;
    }
  }
}

test('strangers that come while a worker still finishes its calls are handed on to its successor', async () => {
  const cores = await started({ count: 1 });
  const [before, after] = [await callerOf(cores), await callerOf(cores)];
  const worker = await before.who().orThrow();
  const long = before.run(1, 1500).orThrow();
  const restarted = cores.restart();
  while (cores.stats().datagrams.handedOn === 0) await untilTaken(async () => (await callerOf(cores)).who().orThrow());
  expect(await after.who().orThrow()).not.toBe(worker);
  expect(await long).toBe(worker);
  await restarted;
  expect(runs()).toEqual(new Map([[1, 1]]));
});

describe('a worker that does not serve', () => {
  test.each([
    ['throws', 'at once', 'The worker threw before it served: Error: This worker does not want to.'],
    ['ends', 'unbound', 'The worker ended with exit code 0 before it served. Its script must await bindOnCore()'],
  ])('because it %s ends the start, and says why', async (_, dies, message) => {
    const starting = started({}, { DIES: dies });
    await expect(starting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(starting).rejects.toThrow(message);
  });

  test('because its script is not there, ends the start', async () => {
    await expect(serveOnCores('./no-such-worker.mjs', { count: 1 })).rejects.toThrow('no-such-worker.mjs');
  });

  test('because it names the port, is told whose that is', async () => {
    const starting = serveOnCores(join(__dirname, 'cores/throws.mjs'), { count: 1 });
    await expect(starting).rejects.toThrow('bindOnCore() has no option port: give it to serveOnCores().');
  });

  test('because it dies as soon as it is bound, is started again ever later', async () => {
    const delays: number[] = [];
    await new Promise<void>((resolve, reject) => {
      const onDeath = ({ restartMs, exitCode }: WorkerDeath): void => {
        expect(exitCode).toBe(7);
        if (delays.push(restartMs) === 3) resolve();
      };
      started({ count: 1, onDeath }, { DIES: 'when bound' }).catch(reject);
    });
    expect(delays).toEqual([1, 2, 4].map((times) => times * CORE_RESTART_MS));
  });
});

test('a signal closes the port, and frees it', async () => {
  const controller = new AbortController();
  const cores = await started({ signal: controller.signal });
  const { port } = cores.address;
  controller.abort();
  await cores.close();
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  expect(socket.address().port).toBe(port);
  socket.close();
});

test('a port that is taken is an error of the start', async () => {
  const taken = await started({ count: 1 });
  await expect(started({ count: 1, port: taken.address.port })).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
});

test('a worker has one endpoint, and says so where it is asked for another', async () => {
  const caller = await callerOf(await started({ count: 1 }));
  expect(await caller.second().orThrow()).toBe('bindOnCore() was called before: a worker has one endpoint.');
});

test('bindOnCore() outside of a worker says what to call instead', async () => {
  await expect(bindOnCore()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  await expect(bindOnCore()).rejects.toThrow('UdpEndpoint.bind()');
});

test.each([[0], [1.5], [CORES_MAX + 1], ['4']])('a count of %p is refused', async (count) => {
  await expect(serveOnCores(WORKER, { count: count as number })).rejects.toThrow(
    'count must be a whole number from 1 to 128',
  );
});

test.each([[''], ['https://example.org/worker.js'], [undefined]])('%p is no script', async (script) => {
  await expect(serveOnCores(script!)).rejects.toThrow('script must be the file that each worker runs');
});
