import { createClient, withOptions } from '@rpcudp/client';
import { RpcError, defineService, rpcContext } from '../../src/index';
import { SimulatedNetwork } from '../../src/testing';
import { LabContract, expectNothingLeft, outcomeOf, silent, simulatedPair } from './fixtures';

describe('a call', () => {
  test('takes one round trip and is answered', async () => {
    const pair = simulatedPair({ latencyMs: 20 });
    expect(await pair.network.until(pair.client.add(1, 2))).toEqual({ received: true, value: 3 });
    expect(pair.network.clock.now).toBeCloseTo(40, 3);
    expectNothingLeft(pair);
  });

  test('whose request is lost ends in silence at its deadline, and nothing is sent again', async () => {
    const pair = simulatedPair();
    pair.network.dropNext();
    expect(await pair.network.until(pair.client.add(1, 2))).toEqual({ received: false });
    expect(pair.network.clock.now).toBeCloseTo(5000, 0);
    expect(pair.caller.stats()).toMatchObject({ calls: { silent: 1 }, datagrams: { sent: 1 } });
    expect(pair.lab.runs).toBe(0);
    expectNothingLeft(pair);
  });

  test('whose response is lost ends in silence, too, though the method ran', async () => {
    const pair = simulatedPair();
    const call = pair.client.add(1, 2);
    await pair.network.advance(0.5);
    pair.network.dropNext();
    expect(await pair.network.until(call)).toEqual({ received: false });
    expect(pair.lab.runs).toBe(1);
    expectNothingLeft(pair);
  });

  test('whose datagrams are all doubled runs twice, and its second answer is dropped and counted', async () => {
    const pair = simulatedPair({ duplication: 1 });
    expect(await pair.network.until(pair.client.add(1, 2))).toEqual({ received: true, value: 3 });
    await pair.network.advance(10);
    expect(pair.lab.runs).toBe(2);
    expect(pair.caller.stats().dropped['unexpected-response']).toBe(3);
    expectNothingLeft(pair);
  });

  test('that nobody awaits is sent all the same, and cannot become an unhandled rejection', async () => {
    const pair = simulatedPair();
    void pair.client.add(1, 2);
    void createClient(LabContract, pair.channel, { metadata: { tenant: 'a' } }).add(1, 2);
    await pair.network.advance(10);
    expect(pair.lab.runs).toBe(1);
    expectNothingLeft(pair);
  });

  test('gives its value with orThrow, and an error that names the method and the peer for silence', async () => {
    const pair = simulatedPair();
    expect(await pair.network.until(pair.client.addLater(1, 2).orThrow())).toBe(3);
    pair.network.dropNext();
    const silence = pair.network.until(pair.client.add(1, 2).orThrow());
    await expect(silence).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', executed: 'unknown', origin: 'local' });
    await expect(silence).rejects.toThrow('No response within 5000 ms from Lab.add at 10.0.0.1:1.');
  });

  test('can be awaited many times and after its end', async () => {
    const pair = simulatedPair();
    const call = pair.client.add(1, 2);
    const [first, second] = await pair.network.until(Promise.all([call, call]));
    expect(first).toBe(second);
    expect(await call).toBe(first);
  });

  test('leaves trailing arguments that are undefined out, so that defaults apply', async () => {
    const pair = simulatedPair();
    const sent: number[] = [];
    pair.network.tap = (datagram) => sent.push(datagram.length);
    const call = pair.channel.call(LabContract.methods.get('add')!, [1, undefined, undefined]);
    await pair.network.until(call);
    // Type, id, pair, name, array of one, the one.
    expect(sent[0]).toBe(1 + 20 + 1 + 4 + 1 + 1);
  });
});

describe('the timeout', () => {
  const method = defineService<{ slow(): void }>('Slow', { slow: { timeoutMs: 300 } });

  test.each([
    ['is the endpoint’s', {}, {}, 400],
    ['of the channel replaces the endpoint’s', { channel: 200 }, {}, 200],
    ['of the client replaces the channel’s', { channel: 200 }, { timeoutMs: 100 }, 100],
  ])('%s', async (_title, { channel }: { channel?: number }, defaults, expected) => {
    const { network, caller, server } = simulatedPair({}, { caller: { timeoutMs: 400 } });
    const peer = caller.peer(server.address, channel === undefined ? {} : { timeoutMs: channel });
    network.dropNext();
    await network.until(createClient(LabContract, peer, defaults).add(1, 2));
    expect(network.clock.now).toBeCloseTo(expected, 0);
  });

  test('of the method replaces the channel’s, and that of the call replaces all', async () => {
    const { network, caller } = simulatedPair();
    const client = createClient(method, caller.peer({ host: '10.9.9.9', port: 9 }, { timeoutMs: 200 }));
    await network.until(client.slow());
    expect(network.clock.now).toBeCloseTo(300, 0);
    await network.until(withOptions(client, { timeoutMs: 50 }).slow());
    expect(network.clock.now).toBeCloseTo(350, 0);
  });

  test.each([0, -1, NaN, 2 ** 31])('of %d ms is refused before anything is sent', async (timeoutMs) => {
    const { client, caller } = simulatedPair();
    await expect(withOptions(client, { timeoutMs }).add(1, 2)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(caller.stats().datagrams.sent).toBe(0);
    expect(() => caller.peer({ host: '10.0.0.1', port: 1 }, { timeoutMs })).toThrow(/timeoutMs must be from 1 to/);
  });
});

describe('a signal', () => {
  test('ends the call when it is aborted, and leaves no listener behind', async () => {
    const pair = simulatedPair();
    const abort = new AbortController();
    const call = withOptions(pair.client, { signal: abort.signal }).never();
    await pair.network.advance(5);
    abort.abort(new Error('enough'));
    const outcome = pair.network.until(call);
    await expect(outcome).rejects.toMatchObject({ code: 'CANCELLED', executed: 'unknown', cause: new Error('enough') });
    expect(pair.caller.stats()).toMatchObject({ pendingCalls: 0, calls: { cancelled: 1 } });
  });

  test('that is aborted already keeps the call from being sent', async () => {
    const { client, caller } = simulatedPair();
    const call = withOptions(client, { signal: AbortSignal.abort() }).add(1, 2);
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED', executed: 'no' });
    expect(caller.stats().datagrams.sent).toBe(0);
  });

  test('that outlives its call is no longer listened to', async () => {
    const pair = simulatedPair();
    const abort = new AbortController();
    const remove = jest.spyOn(abort.signal, 'removeEventListener');
    await pair.network.until(withOptions(pair.client, { signal: abort.signal }).add(1, 2));
    expect(remove).toHaveBeenCalledTimes(1);
  });
});

describe('the bound on pending calls', () => {
  test('refuses the next call and lets it through once another has ended', async () => {
    const pair = simulatedPair({}, { caller: { maxPending: 2 } });
    const first = [pair.client.add(1, 1), pair.client.add(2, 2)];
    const refused = pair.client.add(3, 3);
    await expect(refused).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', executed: 'no' });
    await expect(refused).rejects.toThrow(/maxPending/);
    await pair.network.until(Promise.all(first));
    expect(await pair.network.until(pair.client.add(3, 3))).toEqual({ received: true, value: 6 });
    expectNothingLeft(pair);
  });
});

describe('what cannot be sent', () => {
  test('names the place in the arguments', async () => {
    const { channel, caller } = simulatedPair();
    const call = channel.call(LabContract.methods.get('add')!, [1, { list: [() => 1] }]);
    await expect(call).rejects.toThrow(/value\[1\]\.list\[0\] cannot be sent: it is a function/);
    expect(caller.stats().pendingCalls).toBe(0);
  });

  test('is too large by name and figure', async () => {
    const { channel, caller } = simulatedPair();
    const call = channel.call(LabContract.methods.get('add')!, ['x'.repeat(9000)]);
    await expect(call).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      executed: 'no',
      details: { bytesMax: 8192 },
    });
    expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { started: 1, failed: 1 }, datagrams: { sent: 0 } });
  });

  test('is metadata, which this wire cannot carry', async () => {
    const { client } = simulatedPair();
    const call = withOptions(client, { metadata: { tenant: 'a' } }).add(1, 2);
    await expect(call).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await expect(call).rejects.toThrow('The rpcudp wire cannot carry metadata');
  });
});

describe('a response', () => {
  test('that cannot be decoded is counted, and ends the call with an error that says so', async () => {
    const { network, caller, client, server } = simulatedPair();
    let id = new Uint8Array();
    network.tap = (datagram) => (id = datagram.slice(1, 21));
    const call = client.never();
    await network.advance(5);
    network.inject(Uint8Array.of(1, ...id, 0xc1), server.address, caller.address);
    expect(caller.stats()).toMatchObject({ pendingCalls: 0, dropped: { 'malformed-response': 1 } });
    await expect(call).rejects.toMatchObject({ code: 'DATA_LOSS', executed: 'yes', origin: 'local' });
  });

  test('from another address is counted and dropped', async () => {
    const { network, caller, client } = simulatedPair();
    let id = new Uint8Array();
    network.tap = (datagram) => (id = datagram.slice(1, 21));
    const call = client.never();
    network.inject(Uint8Array.of(1, ...id, 0x07), { host: '10.6.6.6', port: 1 }, caller.address);
    expect(caller.stats().dropped['wrong-source']).toBe(1);
    expect(await network.until(call)).toEqual({ received: false });
  });
});

describe('one socket', () => {
  test('serves and calls at once, in both directions', async () => {
    const pair = simulatedPair({ latencyMs: 5 });
    pair.caller.serve(LabContract, pair.lab);
    const back = createClient(LabContract, pair.server.peer(pair.caller.address));
    const calls = Array.from({ length: 20 }, (_, n) => [pair.client.add(n, 1), back.add(n, 2)]).flat();
    const replies = await pair.network.until(Promise.all(calls));
    expect(replies.map((reply) => reply.received)).not.toContain(false);
    expectNothingLeft(pair);
  });

  test('lets a handler call its caller back', async () => {
    const Greeting = defineService<{ name(): string }>('Greeting', { name: {} });
    const Host = defineService<{ greet(): Promise<string> }>('Host', { greet: {} });
    const network = new SimulatedNetwork();
    const [host, guest] = [network.bind(), network.bind()];
    guest.serve(Greeting, { name: () => 'Snake' });
    host.serve(Host, {
      greet: async () => `Hello ${await createClient(Greeting, rpcContext().peer).name().orThrow()}`,
    });
    expect(await network.until(createClient(Host, guest.peer(host.address)).greet())).toEqual({
      received: true,
      value: 'Hello Snake',
    });
  });
});

describe('a peer that has a name', () => {
  function named(resolve: () => Promise<{ host: string; port: number }>, options: { maxPending?: number } = {}) {
    const pair = simulatedPair({}, { caller: options });
    // The simulated endpoint takes addresses alone; names are the driver's business.
    const driver = (pair.caller as unknown as { driver: { channel(to: object): typeof pair.channel } }).driver;
    const channel = driver.channel({ label: 'server.test:1', resolve });
    return { ...pair, channel, client: createClient(LabContract, channel) };
  }

  test('is resolved once, with the first call', async () => {
    const resolve = jest.fn(() => Promise.resolve({ host: '10.0.0.1', port: 1 }));
    const pair = named(resolve);
    expect(pair.channel.remote).toBe('server.test:1');
    expect(resolve).not.toHaveBeenCalled();
    const replies = await pair.network.until(Promise.all([pair.client.add(1, 2), pair.client.add(3, 4)]));
    expect(replies).toEqual([
      { received: true, value: 3 },
      { received: true, value: 7 },
    ]);
    await pair.network.until(pair.client.add(5, 6));
    expect(resolve).toHaveBeenCalledTimes(1);
    expectNothingLeft(pair);
  });

  test('that cannot be resolved fails the calls that wait for it, and is tried again with the next', async () => {
    const resolve = jest
      .fn<Promise<{ host: string; port: number }>, []>()
      .mockRejectedValueOnce(new RpcError('UNAVAILABLE', 'no such name: server.test'))
      .mockResolvedValueOnce({ host: '10.0.0.1', port: 1 });
    const { network, client } = named(resolve);
    await expect(network.until(client.add(1, 2))).rejects.toThrow('no such name: server.test');
    expect(await network.until(client.add(1, 2))).toEqual({ received: true, value: 3 });
  });

  test('that hangs costs each call its deadline and no more, and counts as pending', async () => {
    const pair = named(() => new Promise(() => undefined), { maxPending: 1 });
    const call = pair.client.add(1, 2);
    await expect(pair.client.add(1, 2)).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    expect(await pair.network.until(call)).toEqual({ received: false });
    expect(pair.network.clock.now).toBeCloseTo(5000, 0);
    expectNothingLeft(pair);
  });

  test('that hangs costs a handler’s call its deadline, too', async () => {
    const pair = named(() => new Promise(() => undefined));
    const Relay = defineService<{ relay(): Promise<string> }>('Relay', { relay: {} });
    const ask = async (): Promise<string> => {
      const reply = await withOptions(pair.client, { timeoutMs: 150 }).add(1, 2);
      return reply.received ? 'answered' : 'silence';
    };
    pair.caller.serve(Relay, { relay: ask });
    const relayed = createClient(Relay, pair.server.peer(pair.caller.address)).relay();
    expect(await pair.network.until(relayed)).toEqual({ received: true, value: 'silence' });
    expect(pair.network.clock.now).toBeLessThan(160);
  });

  test('that is resolved too late sends nothing for a call that has ended', async () => {
    let found: (address: { host: string; port: number }) => void = () => undefined;
    const pair = named(() => new Promise((resolve) => (found = resolve)));
    await pair.network.until(pair.client.add(1, 2));
    found({ host: '10.0.0.1', port: 1 });
    await pair.network.advance(10);
    expect(pair.lab.runs).toBe(0);
  });

  test('can be cancelled while it is looked up: the call did not run', async () => {
    const pair = named(() => new Promise(() => undefined));
    const abort = new AbortController();
    const call = withOptions(pair.client, { signal: abort.signal }).add(1, 2);
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED', executed: 'no' });
    expectNothingLeft(pair);
  });

  test('refuses what is too large once it is resolved', async () => {
    const { channel, network } = named(() => Promise.resolve({ host: '10.0.0.1', port: 1 }));
    const call = channel.call(LabContract.methods.get('add')!, ['x'.repeat(9000)]);
    expect(await network.until(outcomeOf(call))).toBe('PAYLOAD_TOO_LARGE');
  });
});

test('an endpoint refuses options out of range by name', () => {
  const network = new SimulatedNetwork();
  const refused = (options: object): (() => unknown) => {
    return () => network.bind({ ...options, logger: silent });
  };
  expect(refused({ wires: [] })).toThrow(/wires must be at least one wire/);
  expect(refused({ wires: ['telex'] })).toThrow(/wires must be 'native' or 'rpcudp', not "telex"/);
  expect(refused({ maxPending: 0 })).toThrow(/maxPending must be a whole number above 0, not 0/);
  expect(refused({ maxRunning: 1.5 })).toThrow(/maxRunning/);
  expect(refused({ timeoutMs: -1 })).toThrow(/timeoutMs/);
  expect(refused({ handlerTimeoutMs: 0 })).toThrow(/handlerTimeoutMs/);
  expect(refused({ logLevel: 'loud' })).toThrow(/logLevel must be 'debug' or/);
});

test('an endpoint says which wires it speaks when another is asked for', () => {
  const { caller, server } = simulatedPair();
  const ask = (): unknown => caller.peer(server.address, { wire: 'telex' as 'rpcudp' });
  expect(ask).toThrow("This endpoint does not speak the wire 'telex', only: rpcudp.");
});
