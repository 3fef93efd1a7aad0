/** Spans and durations of calls over two hops, on a network in memory. */
import { context, propagation, SpanKind, trace, type TextMapPropagator } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createClient, withOptions, type Client } from '@rpcudp/client';
import { RpcError, RpcMethod, RpcService, rpcContext, type RpcChannel, type WireName } from '@rpcudp/core';
import type { LogFields } from '@rpcudp/core/endpoint';
import type { ClientInterceptor } from '@rpcudp/core/interceptors';
import { SimulatedNetwork, type SimulatedEndpoint } from '@rpcudp/core/testing';
import { z } from 'zod';
import { isError, Recorder } from '../test/recorder';
import { instrument, type InstrumentOptions } from './index';

@RpcService('Stock')
class Stock {
  @RpcMethod({ name: 'take_one', args: z.tuple([z.string()]) })
  async take(article: string): Promise<string> {
    await Promise.resolve();
    trace.getTracer('test').startSpan('look').end();
    return article;
  }

  #refusals = 2;

  @RpcMethod({ delivery: 'idempotent' })
  flaky(): string {
    this.#refusals -= 1;
    if (this.#refusals >= 0) throw new RpcError('UNAVAILABLE', 'Not yet.');
    return 'at last';
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
  babble(): void {
    throw new RpcError('NOT_FOUND', 'word '.repeat(200));
  }

  @RpcMethod()
  never(): Promise<void> {
    return new Promise(() => undefined);
  }

  @RpcMethod()
  metadata(): Record<string, string> {
    return rpcContext().metadata;
  }

  @RpcMethod()
  async *count(to: number): AsyncGenerator<number> {
    for (let value = 1; value <= to; value += 1) {
      trace.getTracer('test').startSpan(`value ${value}`).end();
      yield value;
    }
  }

  @RpcMethod({ stream: 'client' })
  async total(values: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    for await (const value of values) sum += value;
    return sum;
  }
}

@RpcService('Shop')
class Shop {
  readonly stock: Client<Stock>;

  constructor(stock: RpcChannel) {
    this.stock = createClient(Stock, stock);
  }

  @RpcMethod()
  order(article: string): Promise<string> {
    return this.stock.take(article).orThrow();
  }
}

interface World {
  readonly network: SimulatedNetwork;
  readonly recorder: Recorder;
  readonly caller: SimulatedEndpoint;
  readonly stock: Client<Stock>;
  readonly shop: Client<Shop>;
  readonly lines: LogFields[];
}

const undo: Disposable[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each[Symbol.dispose]();
  Recorder.uninstall();
});

function world(options: InstrumentOptions = {}, wire: WireName = 'native', propagator?: TextMapPropagator): World {
  const recorder = new Recorder();
  recorder.install(propagator);
  undo.push(instrument(options));
  const lines: LogFields[] = [];
  const keep = (_line: string, fields: LogFields): void => void lines.push(fields);
  const logger = { debug: keep, info: keep, warn: keep, error: keep };
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const stockEnd = network.bind({ host: '10.0.0.1', port: 1, wires: [wire], logger });
  const shopEnd = network.bind({ host: '10.0.0.2', port: 2, wires: [wire], logger });
  const caller = network.bind({ host: '10.0.0.3', port: 3, wires: [wire], logger, timeoutMs: 100 });
  stockEnd.serve(new Stock());
  shopEnd.serve(new Shop(shopEnd.peer(stockEnd.address)));
  const stock = createClient(Stock, caller.peer(stockEnd.address));
  const shop = createClient(Shop, caller.peer(shopEnd.address));
  return { network, recorder, caller, stock, shop, lines };
}

const idOf = (span: ReadableSpan): string => span.spanContext().spanId;
const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;
const traceOf = (span: ReadableSpan): string => span.spanContext().traceId;

test('a call over two hops is one trace, in which each span is of the one before', async () => {
  const { network, recorder, shop } = world();

  expect(await network.until(shop.order('lamp').orThrow())).toBe('lamp');

  const spans = [
    recorder.span('Shop/order', SpanKind.CLIENT),
    recorder.span('Shop/order', SpanKind.SERVER),
    recorder.span('Stock/take_one', SpanKind.CLIENT),
    recorder.span('Stock/take_one', SpanKind.SERVER),
    recorder.span('look', SpanKind.INTERNAL),
  ];
  expect(recorder.spans).toHaveLength(spans.length);
  expect(spans.map(parentOf)).toEqual([undefined, ...spans.slice(0, -1).map(idOf)]);
  expect(new Set(spans.map(traceOf)).size).toBe(1);
  expect(spans.map(isError)).toEqual([false, false, false, false, false]);
});

test('spans have the attributes of the conventions, and peers are named on them alone', async () => {
  const { network, recorder, stock } = world();
  await network.until(stock.take('lamp').orThrow());

  const both = {
    'rpc.system.name': 'rpcudp',
    'rpc.method': 'Stock/take_one',
    'rpc.status_code': 'OK',
    'network.transport': 'udp',
    'rpcudp.wire': 'native',
    'rpcudp.executed': 'yes',
  };
  const client = { ...both, 'server.address': '10.0.0.1', 'server.port': 1 };
  const server = { ...both, 'network.peer.address': '10.0.0.3', 'network.peer.port': 3 };
  expect(recorder.span('Stock/take_one', SpanKind.CLIENT).attributes).toEqual(client);
  expect(recorder.span('Stock/take_one', SpanKind.SERVER).attributes).toEqual(server);
  expect(recorder.span('Stock/take_one', SpanKind.CLIENT).instrumentationScope).toMatchObject({
    name: '@rpcudp/opentelemetry',
    schemaUrl: 'https://opentelemetry.io/schemas/1.45.0',
  });
});

const refused = { 'rpc.status_code': 'INVALID_ARGUMENT', 'rpcudp.executed': 'no' };
const declined = { 'rpc.status_code': 'NOT_FOUND', 'rpcudp.executed': 'yes' };
const failed = { 'rpc.status_code': 'INTERNAL', 'error.type': 'INTERNAL', 'rpcudp.executed': 'yes' };
const silent = {
  'rpc.status_code': 'DEADLINE_EXCEEDED',
  'error.type': 'DEADLINE_EXCEEDED',
  'rpcudp.executed': 'unknown',
};

test.each<[string, string, (stock: Client<Stock>) => PromiseLike<unknown>, object, object]>([
  [
    'is refused',
    'take_one',
    (stock) => stock.take(5 as never),
    { ...refused, 'error.type': 'INVALID_ARGUMENT' },
    refused,
  ],
  ['is declined', 'refuse', (stock) => stock.refuse(), { ...declined, 'error.type': 'NOT_FOUND' }, declined],
  ['fails', 'fail', (stock) => stock.fail(), failed, failed],
  ['is not answered', 'never', (stock) => stock.never(), silent, silent],
])('a call that %s is an error to its caller, and to the server if it is its fault', async (...row) => {
  const [, method, call, client, server] = row;
  const { network, recorder, stock } = world();
  await network.until(call(stock).then(undefined, () => undefined));
  await network.advance(1_000);

  const spans = [SpanKind.CLIENT, SpanKind.SERVER].map((kind) => recorder.span(`Stock/${method}`, kind));
  expect(spans.map(({ attributes }) => attributes)).toMatchObject([client, server]);
  expect(spans.map(isError)).toEqual([true, 'error.type' in server]);
  expect('error.type' in spans[1]!.attributes).toBe('error.type' in server);
  expect(parentOf(spans[1]!)).toBe(idOf(spans[0]!));
  expect(spans[0]!.status.message).not.toContain('a secret');
});

test('a span repeats so much of what the other side says, and no more', async () => {
  const { network, recorder, stock } = world();
  await network.until(stock.babble().then(undefined, () => undefined));
  expect(recorder.span('Stock/babble', SpanKind.CLIENT).status.message).toHaveLength(512);
});

test('a call that is cancelled is an error to its caller alone', async () => {
  const { network, recorder, stock } = world();
  const abort = new AbortController();
  const call = withOptions(stock, { signal: abort.signal })
    .never()
    .then(undefined, () => 'cancelled');
  await network.advance(20);
  abort.abort();
  expect(await network.until(call)).toBe('cancelled');
  await network.advance(100);

  const spans = [SpanKind.CLIENT, SpanKind.SERVER].map((kind) => recorder.span('Stock/never', kind));
  expect(spans.map(({ attributes }) => attributes['rpc.status_code'])).toEqual(['CANCELLED', 'CANCELLED']);
  expect(spans.map(isError)).toEqual([true, false]);
});

async function readAll(values: AsyncIterable<number>): Promise<number> {
  let sum = 0;
  for await (const value of values) sum += value;
  return sum;
}

describe('the spans of a stream', () => {
  test('are as long as it is, and what its handler does between values belongs to it', async () => {
    const { network, recorder, stock } = world();
    expect(await network.until(readAll(stock.count(3)))).toBe(6);
    await network.advance(100);
    const client = recorder.span('Stock/count', SpanKind.CLIENT);
    const server = recorder.span('Stock/count', SpanKind.SERVER);
    const values = [1, 2, 3].map((value) => recorder.span(`value ${value}`, SpanKind.INTERNAL));
    expect([server, ...values].map(parentOf)).toEqual([idOf(client), ...values.map(() => idOf(server))]);
    expect(server.ended && client.attributes['rpc.status_code']).toBe('OK');
    expect(recorder.spans.indexOf(server)).toBeGreaterThan(recorder.spans.indexOf(values[2]!));
  });

  test('that its reader leaves have no error', async () => {
    const { network, recorder, stock } = world();
    const first = async (): Promise<number> => {
      for await (const value of stock.count(1_000)) return value;
      return 0;
    };
    expect(await network.until(first())).toBe(1);
    await network.advance(100);
    const spans = [SpanKind.CLIENT, SpanKind.SERVER].map((kind) => recorder.span('Stock/count', kind));
    expect(spans.map(({ attributes }) => attributes['rpc.status_code'])).toEqual(['CANCELLED', 'CANCELLED']);
    expect(spans.map(isError)).toEqual([false, false]);
  });

  test('end with its first value where they are to be short, and durations are of the whole', async () => {
    const { network, recorder, stock } = world({ streamSpans: 'open' });
    const values = stock.count(1_000)[Symbol.asyncIterator]();
    await network.until(values.next());
    expect(recorder.span('Stock/count', SpanKind.CLIENT).attributes).not.toHaveProperty(['rpc.status_code']);
    expect(recorder.span('Stock/count', SpanKind.SERVER)).toBeDefined();
    expect((await recorder.metrics()).get('rpc.client.call.duration') ?? []).toEqual([]);
    await values.return?.();
    expect((await recorder.metrics()).get('rpc.client.call.duration')).toHaveLength(1);
    expect(recorder.spans.filter(({ name }) => name === 'Stock/count')).toHaveLength(2);
  });

  test('of values that are sent have no first answer, so they are as long as the call', async () => {
    const { network, recorder, stock } = world({ streamSpans: 'open' });
    expect(await network.until(stock.total([1, 2, 3]).orThrow())).toBe(6);
    expect(recorder.span('Stock/total', SpanKind.CLIENT).attributes['rpc.status_code']).toBe('OK');
    expect(recorder.span('Stock/total', SpanKind.SERVER).attributes['rpc.status_code']).toBe('OK');
  });

  test('are not there where they are not wanted, and the trace goes on without them', async () => {
    const { network, recorder, stock } = world({ streamSpans: 'off' });
    const tracer = trace.getTracer('test');
    await tracer.startActiveSpan('mine', async (mine) => {
      await network.until(readAll(stock.count(2)));
      mine.end();
    });
    const mine = recorder.span('mine', SpanKind.INTERNAL);
    expect(recorder.spans.map(({ name }) => name)).toEqual(['value 1', 'value 2', 'mine']);
    expect(parentOf(recorder.span('value 1', SpanKind.INTERNAL))).toBe(idOf(mine));
    expect((await recorder.metrics()).get('rpc.client.call.duration')).toHaveLength(1);
  });
});

/** Calls again what failed. */
const again: ClientInterceptor = (call, next) => {
  const outcome = next(call);
  if (call.stream) return outcome;
  return (outcome as PromiseLike<never>).then(undefined, () => next(call) as PromiseLike<never>);
};

test('all that interceptors make of a call has one span, and each request one of its own below it', async () => {
  const { network, recorder, caller } = world();
  const peer = caller.peer({ host: '10.0.0.1', port: 1 });
  const stock = createClient(Stock, peer, { interceptors: [again, again] });

  expect(await network.until(stock.flaky().orThrow())).toBe('at last');
  expect(await network.until(readAll(stock.count(2)))).toBe(3);
  await network.advance(100);

  const client = recorder.span('Stock/flaky', SpanKind.CLIENT);
  expect([client.attributes['rpc.status_code'], isError(client), parentOf(client)]).toEqual(['OK', false, undefined]);
  const served = recorder.spans.filter(({ name, kind }) => name === 'Stock/flaky' && kind === SpanKind.SERVER);
  expect(served.map(({ attributes }) => attributes['rpc.status_code'])).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'OK']);
  expect(served.map(parentOf)).toEqual([idOf(client), idOf(client), idOf(client)]);
  const stream = recorder.span('Stock/count', SpanKind.CLIENT);
  expect(parentOf(recorder.span('Stock/count', SpanKind.SERVER))).toBe(idOf(stream));
  const durations = (await recorder.metrics()).get('rpc.client.call.duration')!;
  expect(durations.map(({ value }) => (value as { count: number }).count)).toEqual([1, 1]);
});

test('what is called while a span is active belongs to it', async () => {
  const { network, recorder, stock } = world();
  const mine = trace.getTracer('test').startSpan('mine');
  await context.with(trace.setSpan(context.active(), mine), () => network.until(stock.take('lamp').orThrow()));
  expect(parentOf(recorder.span('Stock/take_one', SpanKind.CLIENT))).toBe(idOf(mine as unknown as ReadableSpan));
});

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

test('a trace that is given by hand goes on, and is in the log over there', async () => {
  const { network, recorder, stock, lines } = world();
  const metadata = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };
  await network.until(
    withOptions(stock, { metadata })
      .refuse()
      .then(undefined, () => undefined),
  );
  expect(recorder.spans.map(traceOf)).toEqual([TRACE_ID, TRACE_ID]);
  expect(lines).toMatchObject([{ event: 'request-failed', traceId: TRACE_ID }]);
});

test('each log line of a call has the id of its trace', async () => {
  const { network, recorder, stock, lines } = world();
  await network.until(stock.never());
  await network.advance(1_000);
  const traceId = traceOf(recorder.span('Stock/never', SpanKind.CLIENT));
  expect(lines.map(({ event, traceId: id }) => [event, id]).sort()).toEqual([
    ['call-silent', traceId],
    ['request-abandoned', traceId],
  ]);
});

test('over the rpcudp wire, which carries no metadata, nothing is injected and each side has a trace of its own', async () => {
  const { network, recorder, stock } = world({}, 'rpcudp');
  expect(await network.until(stock.take('lamp').orThrow())).toBe('lamp');
  const server = recorder.span('Stock/take_one', SpanKind.SERVER);
  expect(parentOf(server)).toBeUndefined();
  expect(traceOf(server)).not.toBe(traceOf(recorder.span('Stock/take_one', SpanKind.CLIENT)));
  expect(server.attributes['rpcudp.wire']).toBe('rpcudp');
});

test('a propagator that says much makes no call fail', async () => {
  const chatty: TextMapPropagator = {
    inject: (_context, carrier, setter) => {
      setter.set(carrier, 'first', 'a');
      setter.set(carrier, 'large', 'é'.repeat(500));
      setter.set(carrier, 'last', 'z');
    },
    extract: (extracted) => extracted,
    fields: () => ['first', 'large', 'last'],
  };
  const { network, stock } = world({}, 'native', chatty);
  const call = withOptions(stock, { metadata: { tenant: 'acme' } }).metadata();
  expect(await network.until(call.orThrow())).toEqual({ tenant: 'acme', first: 'a', last: 'z' });
});

test('an SDK that fails makes no call fail', async () => {
  const { network, stock, recorder } = world();
  jest.spyOn(propagation, 'inject').mockImplementation(() => {
    throw new Error('not today');
  });
  expect(await network.until(stock.take('lamp').orThrow())).toBe('lamp');
  jest.restoreAllMocks();
  expect(recorder.spans.length).toBeGreaterThan(0);
});

test('durations are measured in seconds, by method and code alone, with buckets that a LAN needs', async () => {
  const { network, recorder, shop, stock } = world();
  await network.until(shop.order('lamp').orThrow());
  await network.until(stock.refuse().then(undefined, () => undefined));

  const metrics = await recorder.metrics();
  const of = (method: string, code: string, isFailure = false): object => ({
    'rpc.system.name': 'rpcudp',
    'rpc.method': method,
    'rpc.status_code': code,
    ...(isFailure ? { 'error.type': code } : {}),
  });
  const attributes = (name: string): object[] => metrics.get(name)!.map((point) => point.attributes);
  const ordered = [of('Stock/take_one', 'OK'), of('Shop/order', 'OK')];
  expect(attributes('rpc.client.call.duration')).toEqual([...ordered, of('Stock/refuse', 'NOT_FOUND', true)]);
  expect(attributes('rpc.server.call.duration')).toEqual([...ordered, of('Stock/refuse', 'NOT_FOUND')]);
  const { value } = metrics.get('rpc.client.call.duration')![0]!;
  const { buckets, count, sum } = value as { buckets: { boundaries: number[] }; count: number; sum: number };
  expect(buckets.boundaries.slice(0, 5)).toEqual([0.0001, 0.00025, 0.0005, 0.001, 0.0025]);
  expect([count, sum > 0 && sum < 60]).toEqual([1, true]);
});

test('providers that are given are used, and the global ones are left alone', async () => {
  const other = new Recorder();
  const { tracerProvider, meterProvider } = other;
  const { network, recorder, stock } = world({ tracerProvider, meterProvider });
  await network.until(stock.take('lamp').orThrow());
  expect(other.spans.map(({ name }) => name)).toEqual(['Stock/take_one', 'Stock/take_one']);
  expect(recorder.spans.map(({ name }) => name)).toEqual(['look']);
  expect([...(await recorder.metrics()).keys()]).toEqual([]);
});

test('when it is over nothing more is told, and spans of calls under way end', async () => {
  const { network, recorder, stock } = world();
  const call = stock.never();
  await network.advance(20);
  undo.pop()![Symbol.dispose]();
  await network.until(call);
  await network.until(stock.take('lamp').orThrow());
  expect(recorder.spans.map(({ name }) => name)).toEqual(['Stock/never', 'Stock/never', 'look']);
});

test('another word for streamSpans is refused', () => {
  expect(() => instrument({ streamSpans: 'half' as never })).toThrow(
    new TypeError("streamSpans must be 'whole' or 'open' or 'off'."),
  );
});
