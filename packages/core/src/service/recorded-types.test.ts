import { runInNewContext } from 'node:vm';
import { messagePack } from '../codec/messagepack.js';
import { extensionType } from '../codec/extension.js';
import { SimulatedNetwork } from '../testing/index.js';
import { contractOf, methodContract, type MethodContract } from './contract.js';
import { RpcMethod, RpcService } from './decorators.js';
import type { Guard } from './argument-guard.js';
import { NUMBER_OR_BIGINT } from './metadata.js';
import { guardFromTypes } from './recorded-types.js';

type Handler = (...args: never[]) => unknown;

/** A guard with a codec that says whether it makes instances of classes. */
function guardKnowing(known: boolean, types: readonly unknown[]): Guard {
  return guardFromTypes(methodContract('Service', 'method', {}, types), fixedHandler(types.length), () => known);
}

function guard(types: readonly unknown[], handler: Handler = fixedHandler(types.length)): Guard {
  return guardFromTypes(methodContract('Service', 'method', {}, types), handler);
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

class Circle {
  radius = 1;

  area(): number {
    return this.radius ** 2 * Math.PI;
  }
}

class Accessors {
  #a = 1;
  get a(): number {
    return this.#a;
  }
  set a(value: number) {
    this.#a = value;
  }
}

class Getter {
  b = 1;
  get a(): number {
    return this.b;
  }
}

class Iterable {
  *[Symbol.iterator](): Iterator<number> {
    yield 1;
  }
}

abstract class Abstract {
  abstract area(): number;
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
      'a class of fields alone',
      Point,
      [new Point(1, 2), { x: 1, y: 2 }, Object.create(null)],
      [
        ['1,2', 'an object, not a string'],
        [[1, 2], 'an object, not an array'],
        [new Date(0), 'an object, not a Date'],
      ],
    ],
    [
      'a class with methods',
      Circle,
      [new Circle()],
      [
        [{ radius: 1 }, 'an instance of Circle, not an object'],
        [new Date(0), 'an instance of Circle, not a Date'],
      ],
    ],
    [
      'Set',
      Set,
      [new Set()],
      [
        [[], 'a Set, not an array'],
        [new Map(), 'a Set, not a Map'],
      ],
    ],
    ['RegExp', RegExp, [/a/], [['a', 'a RegExp, not a string']]],
    ['Error', Error, [new Error(''), new TypeError(''), new DOMException('')], [['a', 'an Error, not a string']]],
    ['TypeError', TypeError, [new TypeError('')], [[new Error(''), 'a TypeError, not an Error']]],
    ['URL', URL, [new URL('http://a/')], [['http://a/', 'a URL, not a string']]],
    ['ArrayBuffer', ArrayBuffer, [new ArrayBuffer(1)], [[Uint8Array.of(1), 'an ArrayBuffer, not a Uint8Array']]],
    ['DataView', DataView, [new DataView(new ArrayBuffer(1))], [[Uint8Array.of(1), 'a DataView, not a Uint8Array']]],
    ['Int16Array', Int16Array, [Int16Array.of(1)], [[Uint8Array.of(1), 'an Int16Array, not a Uint8Array']]],
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
  test('a number or a bigint is given as it is, where the compiler records both alike', async () => {
    expect(await guard([NUMBER_OR_BIGINT, NUMBER_OR_BIGINT])([12n, 1.5])).toEqual([12n, 1.5]);
    expect(refusal([NUMBER_OR_BIGINT], ['12'])).toContain('argument 1 must be a number, not a string');
  });

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
  for (const type of [
    String,
    Number,
    Boolean,
    BigInt,
    Array,
    Uint8Array,
    Buffer,
    Map,
    Date,
    Point,
    Circle,
    Set,
    undefined,
  ]) {
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
  ['Symbol', Symbol],
  ['Promise', Promise],
  ['Symbol', runInNewContext('Symbol')],
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
  expect(refusal([Circle], [Object.create(null)])).toContain('must be an instance of Circle, not an object');
});

describe('what is no type is not known, so anything passes:', () => {
  enum Color {
    Red,
  }
  const anything: unknown[] = [1, 'a', {}, [], new Point(1, 2), true, 5n, Uint8Array.of(1)];

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['Function', Function],
    ['Function of another realm', runInNewContext('Function')],
    ['an enum', Color],
    ['a member of one', Color.Red],
    ['an object without a prototype', Object.create(null)],
    ['a symbol', Symbol('type')],
    ['an arrow function', () => undefined],
    ['a bound class', Point.bind(undefined)],
  ])('%s', (_what, type) => {
    for (const value of anything) expect(guard([type])([value])).toEqual([value]);
  });
});

describe('values and classes of another realm are what they are in their own:', () => {
  const types = [
    'Date',
    'Map',
    'Set',
    'RegExp',
    'Error',
    'RangeError',
    'Int32Array',
    'ArrayBuffer',
    'Array',
    'Uint8Array',
  ];
  const arguments_ = ['0', '[]', '[]', '"a"', '""', '""', '1', '1', '1', '1'];

  test.each(types.map((type, index) => [type, `new ${type}(${arguments_[index]!})`]))('%s', (name, source) => {
    const here = (globalThis as unknown as Record<string, unknown>)[name];
    const theirs: unknown = runInNewContext(name);
    const value: unknown = runInNewContext(source);

    expect(theirs).not.toBe(here);
    for (const type of [here, theirs]) {
      expect(refusal([type], [value])).toBeUndefined();
      expect(refusal([type], ['text'])).toContain('must be');
    }
  });

  test('plain objects', () => {
    const object: unknown = runInNewContext('({ x: 1, y: 2 })');

    expect(refusal([Point], [object])).toBeUndefined();
    expect(guard([Map])([object])).toEqual([new Map(Object.entries({ x: 1, y: 2 }))]);
    expect(refusal([String], [object])).toContain('must be a string, not an object');
    expect(refusal([runInNewContext('Object')], [5])).toBeUndefined();
    expect(guard([runInNewContext('BigInt')])([5])).toEqual([5n]);
  });

  test('the same class of another copy of its module', () => {
    const theirs: unknown = runInNewContext('class Circle { area() {} }; Circle');

    expect(refusal([theirs], [new Circle()])).toContain('must be an instance of Circle, not a Circle');
    expect(() => guardKnowing(false, [theirs])([new Circle()])).not.toThrow();
    expect(() => guardKnowing(true, [theirs])([new Circle()])).toThrow('an instance of Circle, not a Circle');
    expect(() => guardKnowing(false, [theirs])([new Point(1, 2)])).toThrow('an instance of Circle, not a Point');
  });
});

describe('a class that is nothing but fields', () => {
  test.each<[string, unknown, boolean]>([
    [
      'extends nothing',
      class {
        a = 1;
      },
      true,
    ],
    ['extends another', class extends Point {}, true],
    ['is of another realm', runInNewContext('(class { constructor() { this.a = 1; } })'), true],
    ['has accessors that can be written', Accessors, true],
    ['lends itself to be extended', Abstract, true],
    ['has a getter', Getter, false],
    ['has a method', class extends Circle {}, false],
    ['has an iterator', Iterable, false],
    ['extends a number', class extends Number {}, false],
    ['extends a Map', class extends Map {}, false],
  ])('takes plain objects if it %s: %p', (_what, type, takes) => {
    expect(refusal([type], [{ a: 1 }]) === undefined).toBe(takes);
  });

  test('takes none if the codec makes instances of it', () => {
    expect(() => guardKnowing(true, [Point])([{ x: 1, y: 2 }])).toThrow('an instance of Point, not an object');
    expect(() => guardKnowing(true, [Point])([new Point(1, 2)])).not.toThrow();
    expect(() => guardKnowing(false, [Point])([{ x: 1, y: 2 }])).not.toThrow();
  });
});

test('a class that decides itself what its instances are is asked, and may fail', () => {
  const even = {
    [Symbol.hasInstance]: (value: unknown) => typeof value === 'number' && value % 2 === 0,
  };
  const failing = {
    [Symbol.hasInstance]: () => {
      throw new Error('not now');
    },
  };
  const asClass = (own: object): unknown =>
    Object.defineProperties(
      class {
        f(): void {}
      },
      Object.getOwnPropertyDescriptors(own),
    );

  expect(refusal([asClass(even)], [2])).toBeUndefined();
  expect(refusal([asClass(even)], [3])).toContain('must be an instance of');
  expect(refusal([asClass(failing)], [2])).toContain('must be an instance of');
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
    @RpcService('Promises')
    class Promises {
      @RpcMethod()
      on(_event: string, _end: Promise<void>): void {}
    }
    const server = new SimulatedNetwork().bind({ wires: ['rpcudp'] });

    expect(contractOf(Promises).methods.get('on')?.parameterTypes).toEqual([String, Promise]);
    expect(() => server.serve(new Promises())).toThrow(
      'Promises.on: parameter 2 is a Promise, which cannot be sent over a network.',
    );
  });
});
