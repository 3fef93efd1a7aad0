import { messagePack } from '../codec/messagepack.js';
import { extensionType } from '../codec/extension.js';
import { SimulatedNetwork } from '../testing/index.js';
import { contractOf, methodContract, type MethodContract } from './contract.js';
import { RpcMethod, RpcService } from './decorators.js';
import type { Guard } from './argument-guard.js';
import { guardFromTypes } from './recorded-types.js';

type Handler = (...args: never[]) => unknown;

function guard(types: readonly unknown[], handler: Handler = fixedHandler(types.length)): Guard {
  return guardFromTypes(methodContract('Service', 'method', {}, types), types, handler);
}

/** A handler without rest or default parameters. */
function fixedHandler(length: number): Handler {
  return Object.defineProperty(() => undefined, 'length', { value: length });
}

/** The message of the refusal, or undefined if the arguments are accepted. */
function refusal(types: readonly unknown[], args: unknown[]): string | undefined {
  try {
    void guard(types)(args);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', executed: 'no' });
    return (error as Error).message;
  }
}

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

describe('a parameter takes what its recorded type says', () => {
  const examples: readonly [name: string, type: unknown, fits: unknown[], refused: [unknown, string][]][] = [
    [
      'String',
      String,
      ['', 'text'],
      [
        [1, 'a string, not a number'],
        [['a'], 'a string, not an array'],
      ],
    ],
    [
      'Number',
      Number,
      [0, -1.5, NaN, Infinity],
      [
        ['1', 'a number, not a string'],
        [1n, 'a number, not a bigint'],
      ],
    ],
    [
      'Boolean',
      Boolean,
      [true, false],
      [
        [0, 'a boolean, not a number'],
        ['true', 'a boolean, not a string'],
      ],
    ],
    [
      'Array',
      Array,
      [[], [1, 'a']],
      [
        [{ length: 0 }, 'an array, not an object'],
        ['ab', 'an array, not a string'],
        [Uint8Array.of(1), 'an array, not a Uint8Array'],
      ],
    ],
    [
      'Uint8Array',
      Uint8Array,
      [Uint8Array.of(1)],
      [
        [[1], 'bytes, not an array'],
        ['a', 'bytes, not a string'],
      ],
    ],
    [
      'Date',
      Date,
      [new Date(0)],
      [
        [0, 'an instance of Date, not a number'],
        ['1970-01-01', 'an instance of Date, not a string'],
      ],
    ],
    [
      'a class',
      Point,
      [new Point(1, 2)],
      [
        [{ x: 1, y: 2 }, 'an instance of Point, not an object'],
        [new Date(0), 'an instance of Point, not a Date'],
      ],
    ],
    ['undefined', undefined, [], [[1, 'nothing, not a number']]],
    ['Object', Object, [1, 'a', {}, [], new Point(1, 2), true], []],
  ];

  test.each(examples)('%s', (_name, type, fits, refused) => {
    for (const value of fits) expect(guard([type])([value])).toEqual([value]);
    for (const [value, message] of refused) {
      expect(refusal([type], [value])).toBe(`Service.method refused its arguments: argument 1 must be ${message}`);
    }
  });

  test('and the message numbers the argument', () => {
    expect(refusal([String, Number, Boolean], ['a', 1, 'no'])).toContain('argument 3 must be a boolean');
  });
});

describe('what travels as something else becomes what was declared:', () => {
  test('an integer becomes a bigint, unless it is none or not exact', () => {
    expect(guard([BigInt])([5])).toEqual([5n]);
    expect(guard([BigInt])([2n ** 63n])).toEqual([2n ** 63n]);
    expect(refusal([BigInt], [1.5])).toContain('must be an integer, not a number');
    expect(refusal([BigInt], [2 ** 53])).toContain('must be an integer');
    expect(refusal([BigInt], ['5'])).toContain('must be an integer, not a string');
  });

  test('bytes become a Buffer over the same memory', () => {
    const bytes = Uint8Array.of(0, 1, 2, 3).subarray(1, 3);
    const [buffer] = guard([Buffer])([bytes]) as [Buffer];

    expect(Buffer.isBuffer(buffer)).toBe(true);
    expect([...buffer]).toEqual([1, 2]);
    expect(buffer.buffer).toBe(bytes.buffer);
    expect(refusal([Buffer], ['text'])).toContain('must be bytes, not a string');
  });

  test('an object becomes a Map', () => {
    const map = new Map([[1, 'one']]);

    expect(guard([Map])([{ a: 1, b: 2 }])).toEqual([
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ]);
    expect(guard([Map])([map])).toEqual([map]);
    expect(refusal([Map], [[['a', 1]]])).toContain('must be a map, not an array');
    expect(refusal([Map], [new Date(0)])).toContain('must be a map, not a Date');
    expect(refusal([Map], ['a'])).toContain('must be a map, not a string');
  });
});

describe('the number of arguments', () => {
  test('may be smaller than that of the parameters, for the compiler records no question mark', () => {
    expect(guard([String, Number])([])).toEqual([]);
    expect(guard([String, Number])(['a'])).toEqual(['a']);
  });

  test('may not be larger', () => {
    expect(refusal([String], ['a', 'b'])).toBe('Service.method refused its arguments: it takes at most 1, and 2 came');
    expect(refusal([], [null])).toContain('it takes at most 0, and 1 came');
  });

  test('may be anything for a rest parameter, whose type each of them has', () => {
    const rest = guard([String, Number], (_first: string, ..._more: number[]) => undefined);

    expect(rest(['a'])).toEqual(['a']);
    expect(rest(['a', 1, 2, 3])).toEqual(['a', 1, 2, 3]);
    expect(() => rest(['a', 1, '2'])).toThrow('argument 3 must be a number, not a string');
  });
});

test('null and undefined pass for every type, for the compiler does not record them', () => {
  for (const type of [String, Number, Boolean, BigInt, Array, Uint8Array, Buffer, Map, Date, Point, undefined]) {
    expect(guard([type])([null])).toEqual([null]);
    expect(guard([type])([undefined])).toEqual([undefined]);
  }
});

describe('a rest parameter is told from', () => {
  /** Whether three arguments pass a guard for two parameters. */
  function takesMore(handler: Handler): boolean {
    try {
      void guard([Object, Object], handler)(['a', 'b', 'c']);
      return true;
    } catch {
      return false;
    }
  }
  const DEFAULTS = ['a'];
  const OPTIONS = { a: 1 };
  class Unlisted {
    value = 1;
  }
  const nothing = (..._values: unknown[]): string => '';

  test.each<[string, Handler]>([
    ['a default parameter', (_a: string, _b = '') => undefined],
    ['dots in a default string', (_a: string, _b = '...') => undefined],
    ['dots in other strings', (_a = "...'", _b = `...")`) => undefined],
    ['a spread in a default array', (_a: string, _b = [...DEFAULTS]) => undefined],
    ['a spread in a default object', (_a: string, _b = { ...OPTIONS }) => undefined],
    ['a spread in a default call', (_a: string, _b = nothing(...DEFAULTS)) => undefined],
    ['the rest of a pattern', ({ ...a }: object = {}, _b?: string) => a],
    ['dots in a comment', (_a: string, /* ...more */ _b = '') => undefined],
    ['dots in the body', (_a: string, _b = '') => nothing(...DEFAULTS)],
    ['a function without a parameter list', Unlisted as unknown as Handler],
    ['a function without source', (function (_a: string) {} as Handler).bind(undefined)],
  ])('%s', (_what, handler) => {
    expect(takesMore(handler)).toBe(false);
  });

  test.each<[string, Handler]>([
    ['alone', (..._all: string[]) => undefined],
    ['after a parameter', (_a: string, ..._more: string[]) => undefined],
    ['after a default that has parentheses', (_a = nothing(')', nothing()), ..._more: string[]) => undefined],
    ['after a comment that has a parenthesis', (_a: string /* ) */, ..._more: string[]) => undefined],
    ['with a pattern', (_a: string, ...[_b]: string[]) => undefined],
    ['of a method with a computed name', { ['a(']: (_a: string, ..._more: string[]) => undefined }['a(']],
    ['of an async method', { async method(_a: string, ..._more: string[]) {} }.method],
    [
      'of a method whose name is computed',
      {
        [nothing()](_a: string, ..._more: string[]) {},
      }[''] as Handler,
    ],
  ])('and recognised %s', (_what, handler) => {
    expect(takesMore(handler)).toBe(true);
  });
});

test.each([
  ['Function', Function],
  ['Symbol', Symbol],
  ['Promise', Promise],
  ['null', null],
])('a parameter of type %s cannot be served', (name, type) => {
  expect(() => guard([String, type])).toThrow(
    expect.objectContaining({
      code: 'INVALID_SERVICE',
      message: `Service.method: parameter 2 is a ${name}, which cannot be sent over a network.`,
    }),
  );
});

test('the keys of a hostile object are not mistaken for what it is', () => {
  expect(refusal([String], [{ constructor: null }])).toContain('must be a string, not an object');
  expect(refusal([String], [{ constructor: { name: 'String' } }])).toContain('must be a string, not an object');
  expect(refusal([Point], [Object.create(null)])).toContain('must be an instance of Point, not an object');
});

describe('on an endpoint', () => {
  @RpcService('Store')
  class Store {
    readonly got: unknown[] = [];

    @RpcMethod()
    text(value: string, _mark?: string, _times = 1): void {
      this.got.push(value);
    }

    @RpcMethod()
    big(value: bigint): string {
      return typeof value;
    }

    @RpcMethod()
    buffer(value: Buffer): string {
      return value.toString('hex');
    }

    @RpcMethod()
    map(value: Map<string, number>): number {
      return value.get('one') ?? -1;
    }

    @RpcMethod()
    point(value: Point): number {
      return value.x + value.y;
    }

    @RpcMethod()
    sum(...values: number[]): number {
      return values.reduce((sum, value) => sum + value, 0);
    }
  }

  const codec = messagePack({
    extensions: [
      extensionType(
        1,
        Point,
        ({ x, y }) => Uint8Array.of(x, y),
        ([x, y]) => new Point(x!, y!),
      ),
    ],
  });

  function serveStore() {
    const network = new SimulatedNetwork();
    const server = network.bind({ codec, wires: ['rpcudp'] });
    const store = new Store();
    server.serve(store);
    const channel = network.bind({ codec, wires: ['rpcudp'] }).peer(server.address);
    const call = (property: keyof Store, ...args: unknown[]) => {
      const method: MethodContract = contractOf(Store).methods.get(property)!;
      return network.until(channel.call(method, args));
    };
    return { call, server, store };
  }

  test('a call that does not fit never reaches the handler, and is counted', async () => {
    const { call, server, store } = serveStore();

    expect(await call('text', 1)).toEqual({ received: false });
    expect(await call('text', 'a', 'b', 3, 4)).toEqual({ received: false });
    expect(await call('text', { constructor: null })).toEqual({ received: false });
    expect(store.got).toEqual([]);
    expect(server.stats()).toMatchObject({
      dropped: { 'refused-args': 3 },
      requests: { received: 3, answered: 0, failed: 0 },
    });
  });

  test('a call that fits reaches it, with optional arguments and without', async () => {
    const { call, server, store } = serveStore();

    expect(await call('text', 'a')).toMatchObject({ received: true });
    expect(await call('text', 'b', '!')).toMatchObject({ received: true });
    expect(await call('text', 'c', undefined, 2)).toMatchObject({ received: true });
    expect(await call('text', null)).toMatchObject({ received: true });
    expect(store.got).toEqual(['a', 'b', 'c', null]);
    expect(server.stats().dropped['refused-args']).toBe(0);
  });

  test('bigints, buffers, maps and instances arrive as what the handler declared', async () => {
    const { call } = serveStore();

    expect(await call('big', 5n)).toEqual({ received: true, value: 'bigint' });
    expect(await call('big', 2n ** 60n)).toEqual({ received: true, value: 'bigint' });
    expect(await call('buffer', Uint8Array.of(0xca, 0xfe))).toEqual({ received: true, value: 'cafe' });
    expect(await call('map', new Map([['one', 1]]))).toEqual({ received: true, value: 1 });
    expect(await call('point', new Point(1, 2))).toEqual({ received: true, value: 3 });
    expect(await call('point', { x: 1, y: 2 })).toEqual({ received: false });
  });

  test('a rest parameter takes any number of arguments of its type', async () => {
    const { call } = serveStore();

    expect(await call('sum')).toEqual({ received: true, value: 0 });
    expect(await call('sum', 1, 2, 3)).toEqual({ received: true, value: 6 });
    expect(await call('sum', 1, '2')).toEqual({ received: false });
  });

  test('a service with a parameter that cannot travel is refused when it is served, and not before', () => {
    @RpcService('Callbacks')
    class Callbacks {
      @RpcMethod()
      on(_event: string, _listener: () => void): void {}
    }
    const server = new SimulatedNetwork().bind({ wires: ['rpcudp'] });

    expect(contractOf(Callbacks).methods.get('on')?.parameterTypes).toEqual([String, Function]);
    expect(() => server.serve(new Callbacks())).toThrow(
      'Callbacks.on: parameter 2 is a Function, which cannot be sent over a network.',
    );
  });
});
