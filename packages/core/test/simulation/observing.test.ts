/** What those hear who watch an endpoint. */
import { createClient, withOptions } from '@rpcudp/client';
import { defineService } from '../../src/index';
import type { EndpointOptions, TraceEvent } from '../../src/endpoint';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '../../src/testing';

interface Store {
  keep(bytes: Uint8Array): number;
  never(): Promise<unknown>;
  count(upTo: number): AsyncIterable<number>;
}
const Store = defineService<Store>('Store', { keep: {}, never: {}, count: { stream: true } });

type Kind = TraceEvent['kind'];
type Event<K extends Kind> = Extract<TraceEvent, { readonly kind: K }>;

function watch(endpoint: SimulatedEndpoint) {
  const events: TraceEvent[] = [];
  const end = endpoint.driver.observe((event) => events.push(event));
  const of = <K extends Kind>(kind: K): Event<K>[] => events.filter((event): event is Event<K> => event.kind === kind);
  return { events, end, of };
}

function setUp(conditions: NetworkConditions = {}, options: EndpointOptions = {}) {
  const network = new SimulatedNetwork({ seed: 3, latencyMs: 10, ...conditions });
  const server = network.bind(options);
  server.serve(Store, {
    keep: (bytes) => bytes.length,
    never: () => new Promise(() => undefined),
    async *count(upTo) {
      for (let index = 0; index < upTo; index += 1) yield await Promise.resolve(index);
    },
  });
  const caller = network.bind({ host: '10.0.0.2', ...options });
  const store = createClient(Store, caller.peer(server.address));
  return { network, server, caller, store };
}

/** The parts and calls in a packet that was sent, each as a word. */
const carried = ({ packet }: Event<'packet-sent'>): string[] =>
  packet.frames.flatMap((frame) =>
    frame.type === 'PART'
      ? [`${frame.number} ${frame.side} ${frame.offset}`]
      : frame.type === 'CALL'
        ? [`${frame.number}`]
        : [],
  );

test('what a lost packet carried is told to go out again', async () => {
  const { network, caller, store } = setUp({ loss: 0.05 });
  const { of } = watch(caller);
  expect((await network.until(store.keep(new Uint8Array(200_000)))).received).toBe(true);
  const sent = of('packet-sent');
  const lost = of('packet-lost').filter(({ number }) => {
    const packet = sent.find((each) => each.packet.number === number)!;
    return carried(packet).length > 0;
  });
  expect(lost.length).toBeGreaterThan(2);
  const repaired = lost.map(({ number, at }) => {
    const pieces = carried(sent.find(({ packet }) => packet.number === number)!);
    return sent.some((later) => later.at >= at && pieces.every((piece) => carried(later).includes(piece)));
  });
  expect(repaired).toEqual(lost.map(() => true));
});

test('each packet that is sent is acknowledged once, lost, or forgotten', async () => {
  const { network, caller, store } = setUp({ loss: 0.05, latencyMs: 5 });
  const { of } = watch(caller);
  await network.until(store.keep(new Uint8Array(300_000)));
  const acknowledged = of('packets-acknowledged').flatMap(({ numbers }) => numbers);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  const lost = of('packet-lost').map(({ number }) => number);
  expect(lost.filter((number) => acknowledged.includes(number))).toEqual([]);
  const sent = new Set(of('packet-sent').map(({ packet }) => packet.number));
  expect([...acknowledged, ...lost].filter((number) => !sent.has(number))).toEqual([]);
});

test('both ends tell of the same packets, by the same name of the association', async () => {
  const { network, server, caller, store } = setUp();
  const there = watch(server);
  const here = watch(caller);
  await network.until(store.keep(new Uint8Array(3000)));
  const sent = here.of('packet-sent').map(({ association, packet }) => ({ association, packet }));
  const received = there.of('packet-received').map(({ association, packet }) => ({ association, packet }));
  expect(sent.length).toBeGreaterThan(2);
  expect(received).toEqual(sent.slice(0, received.length));
});

test('a call is told from its number to its end, and the request at the other side', async () => {
  const { network, server, caller, store } = setUp();
  const there = watch(server);
  const here = watch(caller);
  await network.until(store.keep(new Uint8Array(10)));
  await network.until(withOptions(store, { timeoutMs: 50 }).never());
  const [started] = here.of('call-started');
  expect(started).toMatchObject({ number: 0, delivery: 'at-most-once' });
  const ended = here.of('call-ended');
  expect(ended.map(({ number, outcome }) => [number, outcome])).toEqual([
    [0, 'answered'],
    [2, 'silent'],
  ]);
  expect(ended[1]!.at - here.of('call-started')[1]!.at).toBeCloseTo(50, 3);
  expect(there.of('request-received')[0]).toMatchObject({ number: 0, method: started!.method, bytes: started!.bytes });
});

test('a stream is told to be opened and closed, and its items go in packets', async () => {
  const { network, caller, store } = setUp();
  const { of } = watch(caller);
  const items: number[] = [];
  await network.until(
    (async () => {
      for await (const item of store.count(5)) items.push(item);
    })(),
  );
  await network.advance(1000);
  expect(items).toHaveLength(5);
  expect(of('stream').map(({ called, state }) => ({ called, state }))).toEqual([
    { called: true, state: 'opened' },
    { called: true, state: 'closed' },
  ]);
  const frames = of('packet-received').flatMap(({ packet }) => packet.frames);
  expect(frames.filter(({ type }) => type === 'ITEM')).toHaveLength(5);
  expect(frames).toContainEqual(expect.objectContaining({ type: 'END', side: 'callee', items: 5, code: undefined }));
});

test('what an association is, what both sides say of themselves, what is known of the way, and its end are told', async () => {
  const { network, server, caller, store } = setUp();
  const { events, of } = watch(caller);
  await network.until(store.keep(new Uint8Array(50_000)));
  await network.until(caller.close());
  expect(events[0]).toMatchObject({ kind: 'association-started', peer: server.address, opened: true, sealed: false });
  expect(of('parameters').map((event) => event.of)).toEqual(['local', 'remote']);
  expect(of('congestion').map(({ state }) => state)).toEqual(['uncontrolled', 'startup']);
  const metrics = of('recovery');
  expect(metrics[0]).toMatchObject({ inFlightBytes: 0, smoothedMs: undefined });
  expect(metrics.at(-1)).toMatchObject({ inFlightPackets: 0, inFlightBytes: 0, probes: 0 });
  expect(metrics.at(-1)!.leastMs).toBeCloseTo(20, 3);
  expect(Math.max(...metrics.map(({ inFlightBytes }) => inFlightBytes))).toBeGreaterThan(10_000);
  expect(events.at(-1)).toMatchObject({ kind: 'association-ended', cause: 'closed' });
});

test('a peer that moves is told to be elsewhere, and then to have proved it', async () => {
  const { network, server, caller, store } = setUp();
  const { of } = watch(server);
  await network.until(store.keep(new Uint8Array(10)));
  await network.advance(1000);
  const before = caller.address;
  caller.moveTo({ host: '10.0.0.9', port: 9 });
  await network.until(store.keep(new Uint8Array(10)));
  await network.advance(1000);
  const peer = caller.address;
  expect(of('path').map(({ peer: to, before: from, proven }) => ({ to, from, proven }))).toEqual([
    { to: peer, from: before, proven: false },
    { to: peer, from: before, proven: true },
  ]);
});

test('what is dropped is told with its reason', async () => {
  const { network, server } = setUp();
  const { events } = watch(server);
  const from = { host: '10.0.0.7', port: 7 };
  network.inject(Uint8Array.of(0xff, 1, 2), from, server.address);
  await network.advance(0);
  expect(events).toEqual([
    { kind: 'dropped', at: expect.any(Number) as number, from, bytes: 3, reason: 'unknown-type' },
  ]);
});

test('the rpcudp wire tells of datagrams and of how calls end', async () => {
  const { network, server, caller, store } = setUp({}, { wires: ['rpcudp'] });
  const there = watch(server);
  const here = watch(caller);
  await network.until(store.keep(new Uint8Array(10)));
  network.disconnect(server);
  await network.until(withOptions(store, { timeoutMs: 50 }).keep(new Uint8Array(1)));
  const kinds = here.events.map(({ kind }) => kind);
  expect(kinds).toEqual([
    ...['datagram-sent', 'datagram-received', 'rpcudp-call-ended', 'datagram-sent', 'rpcudp-call-ended'],
  ]);
  const [request] = here.of('datagram-sent');
  expect(request).toMatchObject({
    wire: 'rpcudp',
    type: 'request',
    method: new TextEncoder().encode('keep'),
    peer: server.address,
  });
  expect(here.of('datagram-received')[0]).toMatchObject({
    type: 'response',
    id: request!.id,
    method: new TextEncoder().encode('keep'),
  });
  expect(here.of('rpcudp-call-ended').map(({ outcome }) => outcome)).toEqual(['answered', 'silent']);
  expect(there.of('datagram-received')[0]).toMatchObject({
    type: 'request',
    id: request!.id,
    method: new TextEncoder().encode('keep'),
  });
});

test('nothing is told to who has stopped watching, and who begins later hears of associations that were there', async () => {
  const { network, caller, store } = setUp();
  await network.until(store.keep(new Uint8Array(10)));
  const first = watch(caller);
  await network.until(store.keep(new Uint8Array(10)));
  expect(first.of('association-started')).toHaveLength(1);
  first.end();
  const count = first.events.length;
  await network.until(store.keep(new Uint8Array(10)));
  expect(first.events).toHaveLength(count);
  const second = watch(caller);
  await network.until(store.keep(new Uint8Array(10)));
  expect(second.of('association-started')).toHaveLength(1);
});

test('an observer that throws changes nothing, and is logged', async () => {
  const lines: string[] = [];
  const keep = (line: string): void => void lines.push(line);
  const logger = { debug: keep, info: keep, warn: keep, error: keep };
  const { network, caller, store } = setUp({}, { logger });
  caller.driver.observe(() => {
    throw new Error('of the observer');
  });
  const reply = await network.until(store.keep(new Uint8Array(10)));
  expect(reply.received && reply.value).toBe(10);
  expect(lines.join()).toContain('of the observer');
});
