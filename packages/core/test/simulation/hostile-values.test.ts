import { createClient, withOptions, type Client } from '@rpcudp/client';
import { RpcError, defineService, messagePack, type Codec, type Logger } from '../../src/index';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { outcomeOf, silent } from './fixtures';

/** Throws, whatever is asked of it. */
const fail = (): never => {
  throw new Error('do not look at me');
};
const TRAPS: ProxyHandler<object> = {
  get: fail,
  has: fail,
  getPrototypeOf: fail,
  ownKeys: fail,
  getOwnPropertyDescriptor: fail,
};

/** An error of ours that fails when one of its properties is read. */
function rpcErrorWithout(property: 'code' | 'message' | 'details'): RpcError {
  return Object.defineProperty(new RpcError('ABORTED', 'no'), property, { get: fail });
}

/** Values that cannot be looked at, by what is wrong with them. */
const UNSHOWABLE: readonly [string, () => unknown][] = [
  ['a proxy whose traps throw', () => new Proxy({}, TRAPS)],
  ['a function whose traps throw', () => new Proxy(() => undefined, TRAPS)],
  ['an array whose traps throw', () => new Proxy([], TRAPS)],
  ['an error whose traps throw', () => new Proxy(new Error('x'), TRAPS)],
  ['an RpcError whose traps throw', () => new Proxy(new RpcError('ABORTED', 'x'), TRAPS)],
  ['a revoked proxy', revoked],
  ['an object whose toString throws', () => ({ toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail })],
  ['an object without a prototype', () => Object.create(null) as unknown],
  ['an object whose getters throw', () => Object.defineProperty({}, 'code', { get: fail, enumerable: true })],
  ['an object whose then throws', () => Object.defineProperty({}, 'then', { get: fail, enumerable: true })],
  ['an error whose message throws', () => Object.defineProperty(new Error('x'), 'message', { get: fail })],
  ['an error whose stack throws', () => Object.defineProperty(new Error('x'), 'stack', { get: fail })],
  ['an error whose name is no text', () => Object.defineProperty(new Error('x'), 'name', { value: Symbol('x') })],
  ['an error whose message is no text', () => Object.defineProperty(new Error('x'), 'message', { value: 7 })],
  ['an error whose cause throws', () => Object.defineProperty(new Error('x'), 'cause', { get: fail })],
  ['an RpcError whose code throws', () => rpcErrorWithout('code')],
  ['an RpcError whose message throws', () => rpcErrorWithout('message')],
  [
    'an error whose message is a symbol',
    () => Object.defineProperty(new Error('x'), 'message', { value: Symbol('x') }),
  ],
  ['a symbol', () => Symbol('x')],
  ['undefined', () => undefined],
  ['null', () => null],
];

/** Those of them that a value may be all the same, on each wire. No stack is sent. */
const ON_BOTH = ['an object without a prototype', 'undefined', 'null'];
const SENDABLE = { native: new Set([...ON_BOTH, 'an error whose stack throws']), rpcudp: new Set(ON_BOTH) };

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

interface Gallery {
  show(index: number): unknown;
  showLater(index: number): Promise<unknown>;
  throwIt(index: number): unknown;
  throwLater(index: number): Promise<unknown>;
  take(value: unknown): number;
}

const GalleryContract = defineService<Gallery>('Gallery', {
  show: {},
  showLater: {},
  throwIt: {},
  throwLater: {},
  take: {},
});

const gallery: Gallery = {
  show: (index) => UNSHOWABLE[index]![1](),
  showLater: async (index) => {
    await Promise.resolve();
    return UNSHOWABLE[index]![1]();
  },
  throwIt: (index) => {
    throw UNSHOWABLE[index]![1]();
  },
  throwLater: async (index) => {
    await Promise.resolve();
    throw UNSHOWABLE[index]![1]();
  },
  take: () => 1,
};

interface Pair {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly client: Client<Gallery>;
}

function pair(wire: 'native' | 'rpcudp', logger: Logger = silent, served = gallery): Pair {
  const network = new SimulatedNetwork();
  const server = network.bind({ host: '10.0.0.1', port: 1, wires: [wire], logger, logLevel: 'debug' });
  const caller = network.bind({ host: '10.0.0.2', port: 2, wires: [wire], logger: silent, logLevel: 'debug' });
  server.serve(GalleryContract, served);
  return { network, server, caller, client: createClient(GalleryContract, caller.peer(server.address)) };
}

const rows = UNSHOWABLE.map(([name], index) => [name, index] as const);

/** Checks that both sides go on, and that nothing is left of what was before. */
async function expectUnharmed({ network, client, server, caller }: Pair): Promise<void> {
  expect(await network.until(client.take(1))).toEqual({ received: true, value: 1 });
  expect([server.stats(), caller.stats()]).toMatchObject([{ runningHandlers: 0 }, { pendingCalls: 0 }]);
}

describe.each([
  ['native', 'INTERNAL'],
  ['rpcudp', 'silence'],
] as const)('on the %s wire', (wire, failure) => {
  test.each(rows)('a handler that throws %s has failed, at once or later, and is logged', async (_name, index) => {
    const lines: string[] = [];
    const both = pair(wire, { ...silent, error: (line: string) => lines.push(line) });
    expect(await both.network.until(outcomeOf(both.client.throwIt(index)))).toBe(failure);
    expect(await both.network.until(outcomeOf(both.client.throwLater(index)))).toBe(failure);
    expect(lines).toHaveLength(2);
    await expectUnharmed(both);
  });

  test('a handler that throws an RpcError whose details throw has failed, at once or later', async () => {
    const throwing: Gallery = {
      ...gallery,
      throwIt: () => {
        throw rpcErrorWithout('details');
      },
      throwLater: async () => {
        await Promise.resolve();
        throw rpcErrorWithout('details');
      },
    };
    const both = pair(wire, silent, throwing);
    expect(await both.network.until(outcomeOf(both.client.throwIt(0)))).toBe(failure);
    expect(await both.network.until(outcomeOf(both.client.throwLater(0)))).toBe(failure);
    await expectUnharmed(both);
  });

  test.each(rows)('a handler that returns %s is answered or has failed', async (_name, index) => {
    const both = pair(wire);
    const sendable = SENDABLE[wire].has(_name);
    for (const method of ['show', 'showLater'] as const) {
      const outcome = await both.network.until(outcomeOf(both.client[method](index)));
      expect([failure, ...(sendable ? [null, undefined, {}, new Error('x')] : [])]).toContainEqual(outcome);
      expect(outcome === failure).toBe(!sendable);
    }
    await expectUnharmed(both);
  });

  test.each(rows)('a call with %s goes or is refused', async (_name, index) => {
    const both = pair(wire);
    const outcome = await both.network.until(outcomeOf(both.client.take(UNSHOWABLE[index]![1]())));
    expect(outcome).toBe(SENDABLE[wire].has(_name) ? 1 : 'INVALID_ARGUMENT');
    await expectUnharmed(both);
  });
});

test('a handler whose error has details that cannot be read says no without them', async () => {
  const network = new SimulatedNetwork();
  const server = network.bind({ logger: silent });
  const error = new RpcError('ABORTED', 'Not now.', {
    details: Object.defineProperty({}, 'x', { get: fail, enumerable: true }),
  });
  server.serve(GalleryContract, {
    ...gallery,
    take: () => {
      throw error;
    },
  });
  const client = createClient(GalleryContract, network.bind({ logger: silent }).peer(server.address));
  await expect(network.until(client.take(1))).rejects.toMatchObject({
    code: 'ABORTED',
    message: 'Not now.',
    details: undefined,
    executed: 'yes',
  });
});

test.each(rows)(
  'a codec that throws %s keeps the call from going, or its answer from being read',
  async (_name, index) => {
    const network = new SimulatedNetwork();
    const broken = { encodes: true, decodes: true };
    const inner = messagePack();
    const codec: Codec = {
      name: 'broken',
      encode: (value) => {
        if (!broken.encodes) throw UNSHOWABLE[index]![1]();
        return inner.encode(value);
      },
      decode: (bytes) => {
        if (!broken.decodes) throw UNSHOWABLE[index]![1]();
        return inner.decode(bytes);
      },
    };
    const server = network.bind({ logger: silent });
    server.serve(GalleryContract, gallery);
    const caller = network.bind({ codec, logger: silent });
    const client = createClient(GalleryContract, caller.peer(server.address));
    broken.encodes = false;
    expect(await network.until(outcomeOf(client.take(1)))).toBe('INVALID_ARGUMENT');
    broken.encodes = true;
    broken.decodes = false;
    expect(await network.until(outcomeOf(client.take(1)))).toBe('DATA_LOSS');
    broken.decodes = true;
    expect(await network.until(outcomeOf(client.take(1)))).toBe(1);
    expect(caller.stats().pendingCalls).toBe(0);
  },
);

test.each(rows)('a logger that throws %s does no harm', async (_name, index) => {
  const reported = jest.spyOn(console, 'error').mockImplementation();
  const log = (): never => {
    throw UNSHOWABLE[index]![1]();
  };
  const both = pair('native', { debug: log, info: log, warn: log, error: log });
  await expectUnharmed(both);
  expect(reported).toHaveBeenCalled();
  reported.mockRestore();
});

test.each(rows)('a call that is cancelled for %s is cancelled', async (_name, index) => {
  const both = pair('native');
  const { network, client } = both;
  const abort = new AbortController();
  const call = withOptions(client, { signal: abort.signal }).take(1);
  abort.abort(UNSHOWABLE[index]![1]());
  expect(await network.until(outcomeOf(call))).toBe('CANCELLED');
  await expectUnharmed(both);
});

test.each(rows)('%s is asked whether it is an RpcError, and made one, without a throw', (_name, index) => {
  const value = UNSHOWABLE[index]![1]();
  expect(RpcError.is(value)).toBe(false);
  const made = RpcError.from(value);
  expect([made.code, typeof made.message, made.cause === value]).toEqual(['INTERNAL', 'string', true]);
});

test.each(rows)('a codec that throws %s when it writes a result makes the handler fail', async (_name, index) => {
  const network = new SimulatedNetwork();
  const inner = messagePack();
  const encode = (value: unknown): Uint8Array => {
    if (value === 1) throw UNSHOWABLE[index]![1]();
    return inner.encode(value);
  };
  const server = network.bind({
    codec: { name: 'broken', encode, decode: (bytes) => inner.decode(bytes) },
    logger: silent,
  });
  server.serve(GalleryContract, gallery);
  const client = createClient(GalleryContract, network.bind({ logger: silent }).peer(server.address));
  expect(await network.until(outcomeOf(client.take(1)))).toBe('INTERNAL');
  expect(server.stats()).toMatchObject({ runningHandlers: 0, requests: { failed: 1 } });
});
