import { createClient } from '@rpcudp/client';
import { RpcError, defineService, messagePack, rpcContext, type Codec } from '../../src/index';
import type { RpcMethodOptions } from '../../src/service';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { LabContract, expectNothingLeft, outcomeOf, silent, simulatedPair } from './fixtures';

describe('a handler', () => {
  test.each(['fail', 'failLater'] as const)(
    'that throws (%s) gets silence and is logged with its stack',
    async (method) => {
      const error = jest.fn();
      const pair = simulatedPair({}, { server: { logger: { ...silent, error } } });
      expect(await pair.network.until(pair.client[method]('boom'))).toEqual({ received: false });
      expect(error).toHaveBeenCalledTimes(1);
      expect(error.mock.calls[0]).toEqual([
        expect.stringMatching(/Lab\.\w+, called by 10\.0\.0\.2:2, failed: Error: boom\n +at /),
        {
          event: 'request-failed',
          service: 'Lab',
          method,
          peer: '10.0.0.2:2',
          code: 'INTERNAL',
          executed: 'yes',
          message: 'boom',
          stack: expect.stringMatching(/^Error: boom\n +at /) as string,
        },
      ]);
      expect(pair.server.stats().requests).toMatchObject({ received: 1, failed: 1, answered: 0 });
      expect(await pair.network.until(pair.client.add(1, 2))).toEqual({ received: true, value: 3 });
      expectNothingLeft(pair);
    },
  );

  test('that says no on purpose is a warning with its code, not an error', async () => {
    const [warn, error] = [jest.fn(), jest.fn()];
    const pair = simulatedPair({}, { server: { logger: { ...silent, warn, error } } });
    const Door = defineService<{ open(): void }>('Door', { open: {} });
    pair.server.serve(Door, {
      open: () => {
        throw new RpcError('PERMISSION_DENIED', 'locked');
      },
    });
    await pair.network.until(createClient(Door, pair.channel).open());
    expect(error).not.toHaveBeenCalled();
    expect(warn.mock.calls).toEqual([
      [
        'rpcudp: Door.open, called by 10.0.0.2:2, said no: PERMISSION_DENIED "locked"',
        {
          event: 'request-failed',
          service: 'Door',
          method: 'open',
          peer: '10.0.0.2:2',
          code: 'PERMISSION_DENIED',
          executed: 'yes',
          message: 'locked',
        },
      ],
    ]);
  });

  test('whose result cannot be sent has failed', async () => {
    const error = jest.fn();
    const pair = simulatedPair({}, { server: { logger: { ...silent, error } } });
    expect(await pair.network.until(pair.client.unsendable())).toEqual({ received: false });
    expect(pair.server.stats().requests.failed).toBe(1);
  });

  test('that never settles is given up after handlerTimeoutMs, and its signal is aborted', async () => {
    const pair = simulatedPair({}, { server: { handlerTimeoutMs: 7000 } });
    expect(await pair.network.until(pair.client.never())).toEqual({ received: false });
    const { signal } = pair.lab.contexts[0]!;
    expect(signal.aborted).toBe(false);
    expect(pair.server.stats().runningHandlers).toBe(1);
    await pair.network.advance(2100);
    expect(signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(pair.server.stats().requests.abandoned).toBe(1);
    expectNothingLeft(pair);
  });

  test('that settles after it was given up is not answered', async () => {
    const pair = simulatedPair({}, { server: { handlerTimeoutMs: 10 } });
    let settle: (value: string) => void = () => undefined;
    const Slow = defineService<{ wait(): Promise<string> }>('Slow', { wait: {} });
    pair.server.serve(Slow, { wait: () => new Promise((resolve) => (settle = resolve)) });
    const call = createClient(Slow, pair.channel).wait();
    await pair.network.advance(100);
    settle('too late');
    expect(await pair.network.until(call)).toEqual({ received: false });
    expect(pair.server.stats().requests).toMatchObject({ answered: 0, abandoned: 1 });
  });

  test('knows its caller, method and peer, also after an await, and nothing that this wire does not say', async () => {
    const pair = simulatedPair();
    expect(await pair.network.until(pair.client.senderAfterAwait())).toEqual({ received: true, value: '10.0.0.2:2' });
    void pair.client.never();
    await pair.network.advance(5);
    const [context] = pair.lab.contexts;
    expect(context).toMatchObject({ metadata: {}, method: { service: 'Lab', name: 'never' } });
    expect(context?.deadline).toBeUndefined();
    expect(context?.peer).toBe(context?.peer);
    expect(context?.peer.remote).toBe('10.0.0.2:2');
  });

  test('alone has a context', () => {
    expect(() => rpcContext()).toThrow(/only inside a handler/);
  });
});

describe('the bound on running handlers', () => {
  test('drops further requests as overload, and serves again when one has ended', async () => {
    const pair = simulatedPair({}, { server: { maxRunning: 2, handlerTimeoutMs: 100 } });
    void pair.client.never();
    void pair.client.never();
    await pair.network.advance(5);
    const refused = pair.client.add(1, 2);
    await pair.network.advance(5);
    expect(pair.server.stats().dropped.overload).toBe(1);
    await pair.network.advance(100);
    expect(await pair.network.until(pair.client.add(1, 2))).toEqual({ received: true, value: 3 });
    expect(await pair.network.until(refused)).toEqual({ received: false });
  });
});

describe('a request that cannot be served', () => {
  test('names a method that nobody has: a counter, and a warning with the name quoted', () => {
    const warn = jest.fn();
    const pair = simulatedPair({}, { server: { logger: { ...silent, warn } } });
    const name = 'evil\n\u001b[31m';
    const request = Uint8Array.of(0, ...new Uint8Array(20), 0x92, 0xa0 + name.length, ...Buffer.from(name), 0x90);
    pair.network.inject(request, { host: '10.6.6.6', port: 6 }, pair.server.address);
    expect(pair.server.stats()).toMatchObject({ dropped: { 'unknown-method': 1 }, runningHandlers: 0 });
    expect(warn.mock.calls).toEqual([
      [
        'rpcudp: refused a call of "evil\\u{a}\\u{1b}[31m" from 10.6.6.6:6, which is not served here. Served are: Lab.',
        {
          event: 'request-refused',
          method: name,
          peer: '10.6.6.6:6',
          reason: 'unknown-method',
          code: 'UNIMPLEMENTED',
          executed: 'no',
        },
      ],
    ]);
  });

  test('has arguments that cannot be decoded', async () => {
    const { network, server } = simulatedPair();
    const request = Uint8Array.of(0, ...new Uint8Array(20), 0x92, 0xa3, ...Buffer.from('add'), 0x92, 0x01);
    network.inject(request, { host: '10.6.6.6', port: 6 }, server.address);
    expect(server.stats().dropped['malformed-args']).toBe(1);
  });
});

describe('closing', () => {
  test('fails pending calls with CLOSED, and those after it', async () => {
    const pair = simulatedPair();
    const call = pair.client.never();
    await pair.network.advance(5);
    await pair.caller.close();
    await expect(call).rejects.toMatchObject({ code: 'CLOSED', executed: 'unknown' });
    const after = pair.client.add(1, 2);
    await expect(after).rejects.toMatchObject({ code: 'CLOSED', executed: 'no' });
    await expect(after).rejects.toThrow(/Bind a new one/);
    expect(() => pair.caller.serve(LabContract, pair.lab)).toThrow(/closed/);
  });

  test('lets running handlers finish and answers their callers', async () => {
    const pair = simulatedPair();
    let finish: (value: string) => void = () => undefined;
    const Slow = defineService<{ wait(): Promise<string> }>('Slow', { wait: {} });
    pair.server.serve(Slow, { wait: () => new Promise((resolve) => (finish = resolve)) });
    const call = createClient(Slow, pair.channel).wait();
    await pair.network.advance(5);
    const closed = pair.server.close({ graceMs: 1000 });
    const late = pair.client.add(1, 2);
    await pair.network.advance(5);
    expect(pair.server.stats().dropped.closed).toBe(1);
    finish('done');
    expect(await pair.network.until(call)).toEqual({ received: true, value: 'done' });
    await pair.network.until(closed);
    expect(await pair.network.until(late)).toEqual({ received: false });
    expectNothingLeft(pair);
  });

  test('aborts handlers that outlast the grace time', async () => {
    const pair = simulatedPair();
    const call = pair.client.never();
    await pair.network.advance(5);
    await pair.network.until(pair.server.close({ graceMs: 50 }));
    expect(pair.network.clock.now).toBeLessThan(100);
    expect(pair.lab.contexts[0]!.signal.reason).toMatchObject({ code: 'CLOSED' });
    expect(await pair.network.until(call)).toEqual({ received: false });
    expectNothingLeft(pair);
  });

  test.each([-1, NaN, 2 ** 31])('with a grace time of %d ms is refused', async (graceMs) => {
    await expect(simulatedPair().server.close({ graceMs })).rejects.toThrow(/graceMs must be from 0 to/);
  });

  test('twice is closing once', async () => {
    const pair = simulatedPair();
    await Promise.all([pair.server.close(), pair.server.close()]);
    await pair.server[Symbol.asyncDispose]();
    expect(pair.network.clock.scheduled).toBe(0);
  });
});

describe('closing in the middle of a call', () => {
  interface Shop {
    sell(): unknown;
  }
  interface Setting {
    readonly sell?: () => unknown;
    readonly guard?: () => void;
    readonly codec?: Codec;
  }
  const plain = messagePack();

  /** Where code of the user's runs on the way of a call. */
  const places: Record<string, (close: () => void) => Setting> = {
    'a synchronous handler': (close) => ({
      sell: () => {
        close();
        return 'sold';
      },
    }),
    'a guard of the arguments': (close) => ({ guard: close }),
    'a getter of the result': (close) => ({
      sell: () => ({
        get state() {
          close();
          return 'sold';
        },
      }),
    }),
    'the codec, when it decodes': (close) => ({
      codec: {
        name: 'closing',
        encode: (value) => plain.encode(value),
        decode: (bytes) => {
          close();
          return plain.decode(bytes);
        },
      },
    }),
    'the codec, when it encodes': (close) => ({
      codec: {
        name: 'closing',
        decode: (bytes) => plain.decode(bytes),
        encode: (value) => {
          close();
          return plain.encode(value);
        },
      },
    }),
  };
  const passing = (run: () => void): NonNullable<RpcMethodOptions<[]>['args']> => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => {
        run();
        return { value: [] };
      },
    },
  });

  const wires = ['native', 'rpcudp'] as const;
  test.each(Object.keys(places).flatMap((place) => wires.map((wire) => [place, wire] as const)))(
    'by %s: the caller gets the value, and it counts as answered, on the %s wire',
    async (place, wire) => {
      const network = new SimulatedNetwork();
      const closings: Promise<void>[] = [];
      let running: number | undefined;
      const {
        sell = () => 'sold',
        guard,
        codec = plain,
      } = places[place]!(() => {
        running ??= server.stats().runningHandlers;
        closings.push(server.close({ graceMs: 0 }));
      });
      const Shop = defineService<Shop>('Shop', {
        sell: guard === undefined ? {} : { args: passing(guard) },
      });
      const server: SimulatedEndpoint = network.bind({ wires: [wire], logger: silent, codec });
      const caller = network.bind({ wires: [wire], logger: silent });
      server.serve(Shop, { sell });
      const call = createClient(Shop, caller.peer(server.address)).sell();
      expect(await network.until(call)).toMatchObject({ received: true });
      expect(closings.length).toBeGreaterThan(0);
      await network.until(Promise.all(closings));
      expect(running).toBe(1);
      expect(server.stats()).toMatchObject({
        requests: { received: 1, answered: 1, failed: 0, abandoned: 0 },
        runningHandlers: 0,
      });
    },
  );

  test('by a crash: nothing is thrown, and nobody hears anything', async () => {
    const pair = simulatedPair();
    const Shop = defineService<{ sell(): string }>('Shop', { sell: {} });
    pair.server.serve(Shop, {
      sell: () => {
        pair.server.crash();
        return 'sold';
      },
    });
    expect(await pair.network.until(createClient(Shop, pair.channel).sell())).toEqual({ received: false });
    expect(pair.server.stats().runningHandlers).toBe(0);
  });
});

describe('the simulated network', () => {
  test('refuses an address that is taken', () => {
    const { network, server } = simulatedPair();
    expect(() => network.bind(server.address)).toThrow(/10\.0\.0\.1:1 is taken/);
  });

  test('says so when a promise can never end', async () => {
    const { network } = simulatedPair();
    await expect(network.until(new Promise(() => undefined))).rejects.toThrow(/Nothing is left to happen/);
  });

  test('loses what is sent to an endpoint that crashed', async () => {
    const pair = simulatedPair();
    pair.server.crash();
    expect(await pair.network.until(outcomeOf(pair.client.add(1, 2)))).toBe('silence');
  });
});
