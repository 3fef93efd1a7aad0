/** What is told on `node:diagnostics_channel`, by whole endpoints over a network in memory. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { createClient, withOptions, type Client } from '@rpcudp/client';
import { RpcError, RpcMethod, RpcService, rpcContext, type Logger, type WireName } from '@rpcudp/core';
import type { LogFields, TracedCall, TracedDrop, TracedMessage, TracedRequest } from '@rpcudp/core/endpoint';
import { SimulatedNetwork, type SimulatedEndpoint } from '@rpcudp/core/testing';
import { z } from 'zod';
import { outcomeOf, silent } from './fixtures';

const CALLER = new AsyncLocalStorage<string>();
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

@RpcService('Desk')
class Desk {
  readonly seen: unknown[] = [];

  @RpcMethod({ name: 'add_up', args: z.tuple([z.number(), z.number()]) })
  add(a: number, b: number): number {
    this.seen.push(CALLER.getStore());
    return a + b;
  }

  @RpcMethod()
  async addLater(a: number, b: number): Promise<number> {
    await Promise.resolve();
    this.seen.push(CALLER.getStore());
    return a + b;
  }

  @RpcMethod()
  metadata(): Record<string, string> {
    return rpcContext().metadata;
  }

  @RpcMethod()
  refuse(): void {
    throw new RpcError('NOT_FOUND', 'There is none.');
  }

  @RpcMethod()
  fail(): void {
    throw new Error('a secret');
  }

  @RpcMethod()
  never(): Promise<void> {
    return new Promise(() => undefined);
  }

  @RpcMethod({ oneWay: true, delivery: 'best-effort' })
  glimpse(word: string): void {
    this.seen.push(word);
  }

  @RpcMethod({ oneWay: true })
  note(word: string): void {
    this.seen.push(word);
  }

  @RpcMethod()
  async *count(to: number): AsyncGenerator<number> {
    for (let value = 1; value <= to; value += 1) {
      this.seen.push(CALLER.getStore());
      yield value;
    }
  }

  @RpcMethod({ stream: 'client' })
  async total(values: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    for await (const value of values) sum += value;
    this.seen.push(CALLER.getStore());
    return sum;
  }
}

interface Pair {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly desk: Desk;
  readonly client: Client<Desk>;
}

function pair(wire: WireName = 'native', logger: Logger = silent): Pair {
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const server = network.bind({ host: '10.0.0.1', port: 1, wires: [wire], logger });
  const caller = network.bind({ host: '10.0.0.2', port: 2, wires: [wire], logger, timeoutMs: 100 });
  const desk = new Desk();
  server.serve(desk);
  return { network, server, caller, desk, client: createClient(Desk, caller.peer(server.address)) };
}

type Phase = 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error';
const PHASES: readonly Phase[] = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];
const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

/**
 * Keeps all that is told of the desk: the phases in order, and the message with what it said at the end. Channels are the process's, so what
 * another test left running in it is told as well.
 */
function listen<M extends TracedMessage>(
  name: 'rpcudp.call' | 'rpcudp.handle',
  heard?: (phase: Phase, message: M) => void,
) {
  const channels = tracingChannel<unknown, M>(name);
  const phases: Phase[] = [];
  const messages: M[] = [];
  const subscribers = Object.fromEntries(
    PHASES.map((phase) => [
      phase,
      (message: M) => {
        if (message.service !== 'Desk') return;
        phases.push(phase);
        if (phase === 'start') messages.push(message);
        heard?.(phase, message);
      },
    ]),
  ) as unknown as Parameters<typeof channels.subscribe>[0];
  channels.subscribe(subscribers);
  undo.push(() => channels.unsubscribe(subscribers));
  return { phases, messages };
}

test('a call is told of on both sides, from its start to its end', async () => {
  const { network, client } = pair();
  const calls = listen<TracedCall>('rpcudp.call');
  const requests = listen<TracedRequest>('rpcudp.handle');

  expect(await network.until(client.add(1, 2).orThrow())).toBe(3);

  const told = { service: 'Desk', method: 'add_up', name: 'Desk/add_up', wire: 'native', delivery: 'at-most-once' };
  expect(calls.phases).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
  const reply = { received: true, value: 3 };
  expect(calls.messages).toEqual([
    { ...told, stream: undefined, remote: '10.0.0.1:1', metadata: {}, code: 'OK', executed: 'yes', reply },
  ]);
  // A handler that gives its value at once has ended before the turn has.
  expect(requests.phases).toEqual(['start', 'asyncStart', 'asyncEnd', 'end']);
  const handled = { stream: undefined, remote: '10.0.0.2:2', metadata: {}, code: 'OK', executed: 'yes' };
  expect(requests.messages).toMatchObject([{ ...told, ...handled }]);
});

test.each<[string, (client: Client<Desk>) => PromiseLike<{ received: boolean }>, object, object | undefined]>([
  ['is refused', (desk) => desk.add('1' as never, 2), { code: 'INVALID_ARGUMENT', executed: 'no' }, undefined],
  ['fails', (desk) => desk.fail(), { code: 'INTERNAL', executed: 'yes' }, undefined],
  ['is declined', (desk) => desk.refuse(), { code: 'NOT_FOUND', executed: 'yes' }, undefined],
  [
    'is not answered',
    (desk) => desk.never(),
    { code: 'DEADLINE_EXCEEDED', executed: 'unknown', reply: { received: false } },
    { code: 'DEADLINE_EXCEEDED', executed: 'unknown' },
  ],
])('a call that %s ends with an error on both sides', async (_what, call, caller, callee = caller) => {
  const { network, client } = pair();
  const calls = listen<TracedCall>('rpcudp.call');
  const requests = listen<TracedRequest>('rpcudp.handle');

  await network.until(outcomeOf(call(client)));
  await network.advance(1_000);

  expect(calls.phases).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
  expect(calls.messages).toMatchObject([{ ...caller, error: { name: 'RpcError', ...callee } }]);
  expect(requests.phases).toEqual(expect.arrayContaining(['start', 'end', 'error', 'asyncStart', 'asyncEnd']));
  expect(requests.phases).toHaveLength(5);
  expect(requests.messages).toMatchObject([callee]);
});

test('what a handler threw is told where it ran, and stays there', async () => {
  const { network, client } = pair();
  const requests = listen<TracedRequest>('rpcudp.handle');
  expect(await network.until(outcomeOf(client.fail()))).toBe('INTERNAL');
  expect(requests.messages[0]!.error).toEqual(new Error('a secret'));
});

test('a call that cannot be sent, and one that is cancelled, end like others', async () => {
  const { network, client } = pair();
  const calls = listen<TracedCall>('rpcudp.call');
  const abort = new AbortController();
  const outcomes = [
    outcomeOf(client.add((() => undefined) as never, 1)),
    outcomeOf(withOptions(client, { signal: abort.signal }).never()),
    outcomeOf(withOptions(client, { metadata: null as never }).never()),
  ];
  await network.advance(20);
  abort.abort();
  expect(await Promise.all(outcomes)).toEqual(['INVALID_ARGUMENT', 'CANCELLED', 'INVALID_ARGUMENT']);
  expect(calls.messages).toMatchObject([
    { code: 'INVALID_ARGUMENT', executed: 'no' },
    { code: 'CANCELLED', executed: 'unknown' },
    { code: 'INVALID_ARGUMENT', executed: 'no', metadata: undefined },
  ]);
});

test.each(['glimpse', 'note'] as const)(
  'a one-way call is no failure, and nobody says that it ran: %s',
  async (method) => {
    const { network, client, desk } = pair();
    const calls = listen<TracedCall>('rpcudp.call');
    client[method]('word');
    await network.advance(50);
    expect(desk.seen).toEqual(['word']);
    expect(calls.messages).toMatchObject([{ code: 'OK', executed: 'unknown' }]);
  },
);

test('what is added to the metadata of a call at its start is what its handler gets', async () => {
  const { network, client } = pair();
  listen<TracedCall>('rpcudp.call', (phase, { metadata }) => {
    if (phase === 'start') metadata!.trace = 'added';
  });
  const requests = listen<TracedRequest>('rpcudp.handle');
  const given = Object.freeze({ tenant: 'acme' });

  const metadata = await network.until(withOptions(client, { metadata: given }).metadata().orThrow());

  expect(metadata).toEqual({ tenant: 'acme', trace: 'added' });
  expect(given).toEqual({ tenant: 'acme' });
  expect(requests.messages[0]!.metadata).toEqual(metadata);
});

test('on a wire without metadata there is nothing to add to', async () => {
  const { network, client } = pair('rpcudp');
  const calls = listen<TracedCall>('rpcudp.call');
  expect(await network.until(client.add(1, 2).orThrow())).toBe(3);
  expect(calls.messages).toMatchObject([{ wire: 'rpcudp', metadata: undefined, code: 'OK' }]);
});

test('a store that is bound to the channel is there in handlers, also later, and in all of their streams', async () => {
  const { network, client, desk } = pair();
  const { start } = tracingChannel<unknown, TracedRequest>('rpcudp.handle');
  start.bindStore(CALLER, ({ remote, name }) => `${remote} ${name}`);
  undo.push(() => start.unbindStore(CALLER));

  await network.until(client.add(1, 2).orThrow());
  await network.until(client.addLater(1, 2).orThrow());
  const read = async (): Promise<void> => {
    for await (const value of client.count(30)) expect(value).toBeGreaterThan(0);
  };
  await network.until(read());
  await network.until(client.total([1, 2, 3]).orThrow());

  const of = (method: string): string => `10.0.0.2:2 Desk/${method}`;
  const counted = Array.from({ length: 30 }, () => of('count'));
  expect(desk.seen).toEqual([of('add_up'), of('addLater'), ...counted, of('total')]);
});

test('who hears of a start can run the handler in a context of their own', async () => {
  const { network, client, desk } = pair();
  listen<TracedRequest>('rpcudp.handle', (phase, message) => {
    if (phase !== 'start') return;
    const { enter } = message;
    message.enter = (run) => CALLER.run('entered', () => enter(run));
  });
  await network.until(client.addLater(1, 2).orThrow());
  const read = async (): Promise<void> => {
    for await (const value of client.count(3)) expect(value).toBeGreaterThan(0);
  };
  await network.until(read());
  expect(desk.seen).toEqual(Array.from({ length: 4 }, () => 'entered'));
});

describe('a stream', () => {
  test('starts with its first value, and ends with its last', async () => {
    const { network, client } = pair();
    const calls = listen<TracedCall>('rpcudp.call');
    const requests = listen<TracedRequest>('rpcudp.handle');
    const values = client.count(2)[Symbol.asyncIterator]();
    await network.advance(50);
    expect(calls.phases).toEqual([]);

    await network.until(values.next());
    expect(calls.phases).toEqual(['start', 'end', 'asyncStart']);
    await network.until(values.next());
    await network.until(values.next());

    expect(calls.phases).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    expect(calls.messages).toMatchObject([{ stream: 'server', code: 'OK', executed: 'yes' }]);
    expect(requests.phases).toEqual(['start', 'asyncStart', 'end', 'asyncEnd']);
    expect(requests.messages).toMatchObject([{ stream: 'server', code: 'OK', executed: 'yes' }]);
  });

  test('that its reader leaves ends without an error', async () => {
    const { network, client } = pair();
    const calls = listen<TracedCall>('rpcudp.call');
    const requests = listen<TracedRequest>('rpcudp.handle');
    const first = async (): Promise<number | undefined> => {
      for await (const value of client.count(1_000)) return value;
      return undefined;
    };
    expect(await network.until(first())).toBe(1);
    await network.advance(50);
    expect(calls.phases).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    expect(calls.messages).toMatchObject([{ code: 'CANCELLED', executed: 'yes' }]);
    expect(requests.messages).toMatchObject([{ code: 'CANCELLED' }]);
  });

  test('that cannot go on ends with the error that its reader gets', async () => {
    const { network, client, server } = pair();
    const calls = listen<TracedCall>('rpcudp.call');
    const read = async (): Promise<void> => {
      for await (const value of client.count(1_000_000)) if (value === 1) await Promise.all([server.close()]);
    };
    await expect(network.until(read())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(calls.phases).toEqual(['start', 'end', 'asyncStart', 'error', 'asyncEnd']);
    expect(calls.messages).toMatchObject([{ code: 'UNAVAILABLE' }]);
  });

  test('that is cancelled before it was read was never started', async () => {
    const { network, client } = pair();
    const calls = listen<TracedCall>('rpcudp.call');
    const stream = client.count(2);
    stream.cancel();
    expect(await network.until(stream[Symbol.asyncIterator]().next())).toEqual({ done: true, value: undefined });
    expect(() => stream[Symbol.asyncIterator]()).toThrow('A stream is read once');
    expect([calls.phases, stream.missed]).toEqual([[], 0]);
  });
});

test('each drop that is counted is told', async () => {
  const { network, server, client } = pair();
  const drops: TracedDrop[] = [];
  const keep = (message: unknown): void => void drops.push(message as TracedDrop);
  subscribe('rpcudp.dropped', keep);
  undo.push(() => unsubscribe('rpcudp.dropped', keep));

  network.inject(new Uint8Array([1, 2, 3]), { host: '10.0.0.9', port: 9 }, server.address);
  await network.until(outcomeOf(client.add('1' as never, 2)));

  expect(drops).toEqual([
    expect.objectContaining({ from: { host: '10.0.0.9', port: 9 }, bytes: 3 }),
    { reason: 'refused-args', from: { host: '10.0.0.2', port: 2 }, bytes: 0 },
  ]);
  expect(server.stats().dropped[drops[0]!.reason]).toBe(1);
});

describe('a log line', () => {
  function logged(): { logger: Logger; lines: [string, LogFields][] } {
    const lines: [string, LogFields][] = [];
    const keep = (line: string, fields: LogFields): void => void lines.push([line, fields]);
    return { logger: { debug: keep, info: keep, warn: keep, error: keep }, lines };
  }

  test('says the trace that a call belongs to, by what its caller gave by hand', async () => {
    const { logger, lines } = logged();
    const { network, client } = pair('native', logger);
    const traced = withOptions(client, { metadata: { traceparent: TRACEPARENT } });

    const calls = [traced.refuse(), traced.fail(), traced.never(), traced.add('1' as never, 2)];
    await network.until(Promise.all(calls.map(outcomeOf)));
    await network.advance(1_000);

    expect(lines.map(([, { event }]) => event).sort()).toEqual([
      ...['call-silent', 'request-abandoned', 'request-failed', 'request-failed', 'request-refused'],
    ]);
    for (const [line, fields] of lines) {
      expect(fields.traceId).toBe(TRACE_ID);
      expect(line).toContain(`(trace ${TRACE_ID})`);
    }
  });

  test('says nothing of a trace that is none', async () => {
    const { logger, lines } = logged();
    const { network, client } = pair('native', logger);
    const forged = withOptions(client, { metadata: { traceparent: `${TRACEPARENT}\nforged` } });
    await network.until(outcomeOf(forged.refuse()));
    expect(lines.map(([line]) => line)).toEqual([expect.not.stringContaining('trace')]);
    expect(lines[0]![1]).not.toHaveProperty('traceId');
  });
});
