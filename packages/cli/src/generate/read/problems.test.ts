import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readServices, type ReadOptions } from './index.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'rpcudp-problems-'))));
afterAll(() => rmSync(folder, { recursive: true }));

type Result = ReturnType<typeof readServices>;

/** Reads sources that are not worth a fixture; the import of the decorators is their first line. */
function read(sources: Readonly<Record<string, string>>, options: Partial<ReadOptions> = {}): Result {
  const files = Object.entries(sources).map(([name, source]) => {
    const file = join(folder, `${name}.ts`);
    writeFileSync(file, `import { RpcMethod, RpcService } from '@rpcudp/core';\n${source}`);
    return file;
  });
  return readServices(files, { strict: true, ...options });
}

/** `file:line - path: message`. */
function problemsOf({ problems }: Result): string[] {
  return problems.map(({ file, line, path, message }) => `${basename(file, '.ts')}:${line} - ${path}: ${message}`);
}

/** A service whose only method takes one argument of a type. */
function taking(type: string, more = ''): string {
  return `${more}@RpcService('S') export class S { @RpcMethod() take(value: ${type}): void {} }`;
}

/** Types that cannot travel: what is taken, and what the problem says. The name of the case is that of its file. */
const REFUSED: readonly (readonly [name: string, type: string, path: string, message: RegExp])[] = [
  ['function', '() => void', 'S.take(value)', /^A function cannot travel\. Leave it out, or make it a method/],
  ['constructor', 'new () => object', 'S.take(value)', /^A function cannot travel/],
  ['any-function', 'Function', 'S.take(value)', /^A value of type Function cannot travel/],
  ['nested-function', '{ on: { done?(): void } }', 'S.take(value).on.done', /^A function cannot travel/],
  ['in-array', '{ list: (() => void)[] }', 'S.take(value).list[]', /^A function cannot travel/],
  ['in-tuple', '[first: string, then: symbol]', 'S.take(value)[then]', /^A symbol cannot travel\. Send a string/],
  ['in-index', 'Record<string, WeakSet<object>>', 'S.take(value)[string]', /^An instance of WeakSet cannot travel/],
  ['in-map', 'Map<number, WeakRef<object>>', 'S.take(value)[value]', /^An instance of WeakRef cannot travel/],
  ['in-set', 'Set<() => void>', 'S.take(value)[]', /^A function cannot travel/],
  ['quoted', "{ 'on-end': () => void }", 'S.take(value)["on-end"]', /^A function cannot travel/],
  [
    'error',
    'NodeJS.ErrnoException',
    'S.take(value)',
    /^A value of type ErrnoException cannot travel\. Send an Error of/,
  ],
  ['promise', '{ later: Promise<string> }', 'S.take(value).later', /^A value of type Promise cannot travel\. Await it/],
  ['shared', 'Uint8Array<SharedArrayBuffer>', 'S.take(value)', /^Memory that is shared cannot travel/],
  [
    'shared-whole',
    'SharedArrayBuffer',
    'S.take(value)',
    /^A value of type SharedArrayBuffer cannot travel\. Send an Arr/,
  ],
  ['iterable', 'Iterable<string>', 'S.take(value)', /^A value of type Iterable cannot travel\. Send an array/],
  ['array-like', 'ArrayLike<string>', 'S.take(value)', /^A value of type ArrayLike cannot travel\. Send an array/],
  ['any-object', 'Object', 'S.take(value)', /^A value of type Object cannot travel\. Write object/],
  [
    'stream',
    '{ values: AsyncIterable<string> }',
    'S.take(value).values',
    /^A value of type AsyncIterable cannot travel\. Only what a method returns, and its last parameter/,
  ],
  ['wrapper', 'String', 'S.take(value)', /^A value of type String cannot travel\. Write string/],
  [
    'weak-map',
    'WeakMap<object, string>',
    'S.take(value)',
    /^An instance of WeakMap cannot travel\. Declare an interfa/,
  ],
  ['unique-symbol', '{ tag: typeof Symbol.iterator }', 'S.take(value).tag', /^A symbol cannot travel/],
  [
    'symbol-key',
    '{ [Symbol.iterator]: string }',
    'S.take(value)[symbol]',
    /^A property whose name is a symbol stays behi/,
  ],
  ['symbol-index', '{ [key: symbol]: string }', 'S.take(value)', /^Properties whose names are symbols stay behind/],
  ['proto', "{ ['__proto__']: string }", 'S.take(value).__proto__', /^A property named __proto__ cannot travel/],
  ['any', '{ deep: any }', 'S.take(value).deep', /^any says nothing about what travels\. Write the type, or unknown/],
  ['missing', 'Nowhere', 'S.take(value)', /^The type in "Nowhere" cannot be found\. Check its import/],
  [
    'partial-map',
    '{ [K in keyof Map<string, string>]?: { [P in keyof Map<string, string>[K]]?: 1 } }',
    'S.take(value)',
    /^This takes Map for a plain object, and makes one of its methods\. Leave it as it is/,
  ],
  ['never', 'never', 'S.take(value)', /^No value is of type never/],
  ['this', 'this', 'S.take(value)', /^The type this cannot travel\. Name the type that is meant/],
];

test('what an interface adds to the collection that it extends is a problem, for it stays behind', () => {
  const counted = (base: string): string => taking('Counted', `interface Counted extends ${base} { total: number }\n`);
  const sources = { list: counted('Array<string>'), map: counted('Map<string, bigint>'), set: counted('Set<string>') };
  expect(problemsOf(read(sources)).map((text) => text.replace(/^\w+:\d+ - /, ''))).toEqual([
    'S.take(value): An array arrives without its property "total". Send an object that holds both.',
    'S.take(value): A Map arrives without its property "total". Send an object that holds both.',
    'S.take(value): A Set arrives without its property "total". Send an object that holds both.',
  ]);
});

test('every type that cannot travel is a problem, with its path and what to do', () => {
  const sources = REFUSED.map(([name, type]) => [name, taking(type)] as const);
  const { problems } = read(Object.fromEntries(sources));
  // What the compiler itself says of a type that is missing comes on top.
  expect(problems.filter(({ path }) => !path.startsWith('error TS'))).toEqual(
    REFUSED.map(([name, , path, message]) => ({
      file: join(folder, `${name}.ts`),
      line: 2,
      column: expect.any(Number) as number,
      path,
      message: expect.stringMatching(message) as string,
    })),
  );
});

test('a problem points at the member, in whichever file it is', () => {
  const parts = 'export interface Hooks {\n  name: string;\n  onDone: () => void;\n}\n';
  const source = "import type { Hooks } from './hooks.js';\n@RpcService('Greeter')\nexport class Greeter {\n  ";
  const result = read({ hooks: parts, greeter: `${source}@RpcMethod() sayHi(options: Hooks): void {}\n}` });
  expect(result.problems).toMatchObject([
    { file: join(folder, 'hooks.ts'), line: 4, column: 3, path: 'Greeter.sayHi(options).onDone' },
  ]);
});

test('a problem in a result is found under the call', () => {
  const source = "@RpcService('S')\nexport class S {\n  @RpcMethod()\n  give(): { at: Promise<1> }[] { return []; }\n}";
  expect(problemsOf(read({ results: source }))).toEqual([
    'results:5 - S.give()[].at: A value of type Promise cannot travel. Await it before it is sent.',
  ]);
});

test('a named type is reported once, however often it is reached', () => {
  const source = taking('Bad[], other: Bad', 'interface Bad { no: symbol }\n');
  expect(problemsOf(read({ once: source }))).toHaveLength(1);
});

describe('classes', () => {
  test('with methods or hidden state cannot travel', () => {
    const bodies = {
      method: 'get(): number { return 1; }',
      private: 'private x = 1;',
      hidden: '#x = 1; y = 2;',
      accessor: 'get x(): number { return 1; }',
    };
    const sources = Object.entries(bodies).map(([name, body]) => [name, taking('Point', `class Point { ${body} }\n`)]);
    const message = 'Declare an interface of what it holds, and send a plain object.';
    expect(problemsOf(read(Object.fromEntries(sources) as Record<string, string>))).toEqual(
      Object.keys(bodies).map((name) => `${name}:3 - S.take(value): An instance of Point cannot travel. ${message}`),
    );
  });

  test('a class of public fields is read as an interface', () => {
    const result = read({ fields: taking('Point', 'class Point { x = 1; readonly y?: string }\n') });
    expect(result.problems).toEqual([]);
    expect(result.services[0]!.declarations).toMatchObject([
      { kind: 'interface', name: 'Point', shape: { properties: [{ name: 'x' }, { name: 'y', optional: true }] } },
    ]);
  });
});

describe('methods', () => {
  const methods = (body: string): string => `@RpcService('S') export class S {\n${body}\n}`;

  const WRONG: readonly (readonly [what: string, body: string, expected: string])[] = [
    ['type parameters', '@RpcMethod() a<T>(x: T): void {}', 'S.a: The type parameter T has no meaning on the wire'],
    ['a field', '@RpcMethod() a = 1;', 'S.a: Only methods can be remote, not fields or accessors'],
    ['a static method', '@RpcMethod() static a(): void {}', 'S.a: A static method cannot be remote'],
    ['a private method', '@RpcMethod() #a(): void {}', 'S.#a: A private method cannot be remote. Remove the #'],
    [
      'a computed name',
      '@RpcMethod() [Symbol.iterator](): void {}',
      'S.[Symbol.iterator]: A remote method needs a name',
    ],
    ['a reserved name', '@RpcMethod() then(): void {}', 'S.then: A remote method cannot be called "then"'],
    ['no parentheses', '@RpcMethod a(): void {}', 'S.a: @RpcMethod lacks its parentheses'],
    [
      'a name made at run time',
      '@RpcMethod({ name: String(1) }) a(): void {}',
      'S.a: name: Its value is known only when',
    ],
    [
      'an empty name',
      "@RpcMethod({ name: '' }) a(): void {}",
      'S.a: name: It must be a string of 1 to 255 bytes, not ""',
    ],
    [
      'a delivery that is none',
      "@RpcMethod({ delivery: 'x' }) a(): void {}",
      "S.a: delivery: It must be 'at-most-once', ",
    ],
    [
      'a timeout out of range',
      '@RpcMethod({ timeoutMs: 0 }) a(): void {}',
      'S.a: timeoutMs: It must be a number from 1',
    ],
    [
      'a union of rests',
      '@RpcMethod() a(...x: [1] | [2, 3]): void {}',
      'S.a(x): These parameters depend on each other',
    ],
  ];

  test('what cannot be remote, and options that cannot be read, are problems', () => {
    const sources = WRONG.map(([, body], index) => [`wrong${index}`, methods(body)]);
    const found = problemsOf(read(Object.fromEntries(sources) as Record<string, string>));
    const expected = WRONG.map(([, , text], index): unknown => expect.stringContaining(`wrong${index}:3 - ${text}`));
    expect(found).toEqual(expected);
  });

  test('two methods need two wire names', () => {
    const body = "@RpcMethod() a(): void {}\n@RpcMethod({ name: 'a' }) b(): void {}";
    expect(problemsOf(read({ twice: methods(body) }))).toEqual([
      'twice:2 - S.b: "a" is the wire name of a, too. Give one of them another with @RpcMethod({ name }).',
    ]);
  });
});

describe('services', () => {
  const WRONG: readonly (readonly [what: string, source: string, expected: string])[] = [
    ['without a name', '@RpcService() export class S {}', 'S: The service needs a name'],
    ['with a name made at run time', '@RpcService(String(1)) export class S {}', 'S: name: Its value is known only'],
    ['with type parameters', "@RpcService('S') export class S<T> {}", 'S: A service cannot have type parameters'],
    [
      'of a class without a name',
      "@RpcService('S') export default class {}",
      'class: A service needs a class that has',
    ],
  ];

  test('without a name to go by are problems', () => {
    const sources = WRONG.map(([, source], index) => [`service${index}`, source]);
    const found = problemsOf(read(Object.fromEntries(sources) as Record<string, string>));
    const expected = WRONG.map(([, , text], index): unknown => expect.stringContaining(`service${index}:2 - ${text}`));
    expect(found).toEqual(expected);
  });
});

test('an enum whose values are computed is a problem at the member', () => {
  const source = taking('Level', 'enum Level {\n  Low = 1,\n  High = Number("2"),\n}\n');
  expect(problemsOf(read({ computed: source }))).toEqual([
    'computed:4 - S.take(value): Level.High is computed when the program runs. Give it a literal value.',
  ]);
});

test('a type that grows with every step is a problem', () => {
  const source = taking('Grow<string>', 'interface Grow<T> { value: T; next: Grow<T[]> | null }\n');
  const [problem] = read({ grow: source }).problems;
  expect(problem!.message).toMatch(/^This type grows without end/);
});

test('outside strict mode any is read as unknown', () => {
  const result = read({ loose: taking('any[]') }, { strict: false });
  expect(result.problems).toEqual([]);
  const [method] = result.services[0]!.methods;
  expect(method!.signatures[0]!.parameters[0]!.type).toMatchObject({ element: { kind: 'keyword', name: 'unknown' } });
});

describe('decorators', () => {
  const decorated = (imports: string, name: string): Result => {
    const file = join(folder, 'decorated.ts');
    writeFileSync(file, `${imports}\n@${name}('S') export class S {}`);
    return readServices([file], { strict: true });
  };

  test.each([
    ['under another name', "import { RpcService as Remote } from '@rpcudp/core';", 'Remote'],
    ['through a namespace', "import * as core from '@rpcudp/core';", 'core.RpcService'],
    ['from a module that cannot be found', "import { RpcService } from './nowhere.js';", 'RpcService'],
  ])('are found %s', (_how, imports, name) => {
    expect(decorated(imports, name).services).toMatchObject([{ name: 'S', methods: [] }]);
  });

  test('are found through a module that passes them on', () => {
    writeFileSync(join(folder, 'passing.ts'), "export { RpcService as Service } from '@rpcudp/core';");
    expect(decorated("import { Service } from './passing.js';", 'Service').services).toHaveLength(1);
  });

  test('of others are not taken for ours', () => {
    const own = 'function RpcService(name: string): ClassDecorator { return () => void name; }';
    expect(decorated(own, 'RpcService').services).toEqual([]);
    expect(decorated("import { Other } from '@rpcudp/core';", 'Other').services).toEqual([]);
  });
});

describe('when types are imported', () => {
  test('those that a signature names must be exports of the file of the class', () => {
    const types = 'export interface Open { x: 1 }\ninterface Closed { y: 1 }\nexport type Two = [Open, Closed];\n';
    const source = taking('Open, b: Closed, c: Two, d: Closed[]', types);
    expect(problemsOf(read({ exporting: source }, { importTypes: true }))).toEqual([
      'exporting:5 - S: Closed: The file of the class exports no type Closed, so it cannot be imported. Export it there ' +
        'under this name, or generate without importing types.',
    ]);
  });

  test('an instance of a generic type can be imported by an alias', () => {
    const types = 'export interface Page<T> { items: T[] }\nexport type Words = Page<string>;\n';
    expect(problemsOf(read({ instance: taking('Words', types) }, { importTypes: true }))).toEqual([]);
    expect(problemsOf(read({ instance: taking('Page<string>', types) }, { importTypes: true }))).toHaveLength(1);
  });
});

test('what is no source is passed over, but JavaScript that may have a service is a problem', () => {
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const service = "import { RpcMethod, RpcService } from '@rpcudp/core';\nexport class S {}";
  const files = [written('notes.md', service), written('jest.config.js', ''), written('service.js', service)];
  expect(readServices(files, { strict: true }).problems).toEqual([
    {
      file: files[2],
      line: 1,
      column: 1,
      path: 'source',
      message: expect.stringMatching(/^JavaScript is read, .*"allowJs" is set\. It was read without/) as string,
    },
  ]);
});

describe('configuration', () => {
  test('that cannot be read is an error', () => {
    const tsconfig = join(folder, 'broken.json');
    writeFileSync(tsconfig, '{ "compilerOptions": { "target": "ES1" } }');
    expect(() => read({ any: taking('string') }, { tsconfig })).toThrow(/broken\.json cannot be read: .*target/i);
  });

  test('decides where imports are found', () => {
    const tsconfig = join(folder, 'paths.json');
    writeFileSync(
      tsconfig,
      '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "Bundler", "paths": { "#t": ["./t.ts"] } }, "files": [] }',
    );
    writeFileSync(join(folder, 't.ts'), 'export interface There { x: number }');
    const source = `import type { There } from '#t';\n${taking('There')}`;
    expect(problemsOf(read({ paths: source }, { tsconfig }))).toEqual([]);
  });
});
