/** Streams, from the source of a service to the modules that are made of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitClient } from './emit/client.js';
import { emitGuards } from './emit/guards.js';
import { readServices } from './read/index.js';

let folder: string;
let count = 0;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'rpcudp-streams-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads a service called Market of these members. */
function read(members: string, after = ''): ReturnType<typeof readServices> {
  const file = join(folder, `market${(count += 1)}.ts`);
  const head = "import { defineService, RpcMethod, RpcService } from '@rpcudp/core';";
  const types =
    'interface Tick { id: number; price: bigint }\nclass Values { async *[Symbol.asyncIterator]() { yield 1; } }';
  writeFileSync(file, `${head}\n${types}\n@RpcService('Market') export class Market {\n${members}\n}\n${after}`);
  return readServices([file], { strict: true });
}

function problemsOf(members: string): string[] {
  return read(members).problems.map(({ path, message }) => `${path}: ${message}`);
}

const MARKET = `
  /** All ticks from now on. */
  @RpcMethod() async *watch(symbol: string): AsyncGenerator<Tick> {}
  @RpcMethod({ stream: 'client' }) async upload(name: string, chunks: AsyncIterable<Uint8Array>): Promise<number> { return 0; }
  @RpcMethod({ stream: 'both', delivery: 'best-effort' }) chat(words: AsyncIterable<string>): AsyncIterable<string> { return words; }
  @RpcMethod({ stream: true }) later(): Promise<AsyncIterableIterator<Date | undefined>> { throw 0; }
  @RpcMethod({ stream: 'server' }) values(): Values { return new Values(); }`;

test('a service says whose values follow each other, and of what type each is', () => {
  const { services, problems } = read(MARKET);

  // The package that decorators come from is not to be found here.
  expect(problems.filter(({ path }) => path !== 'error TS2307')).toEqual([]);
  const told = services[0]!.methods.map(({ property, stream, signatures: [signature] }) => [
    property,
    stream,
    signature!.parameters.map((parameter) => [parameter.name, parameter.stream ?? false]),
    (signature!.result as { name?: string }).name ?? signature!.result.kind,
  ]);
  expect(told).toEqual([
    ['watch', 'server', [['symbol', false]], 'Tick'],
    ['upload', 'client', [['name', false], ['chunks', true]], 'number'], // prettier-ignore
    ['chat', 'both', [['words', true]], 'string'],
    ['later', 'server', [], 'union'],
    ['values', 'server', [], 'number'],
  ]);
});

test('a client module has streams in its interface, and declares them, for it has no generators', () => {
  const text = emitClient(read(MARKET).services[0]!, {});

  expect(text).toContain('watch(symbol: string): AsyncIterable<Tick>;');
  expect(text).toContain('upload(name: string, chunks: AsyncIterable<Uint8Array>): number;');
  expect(text).toContain('chat(words: AsyncIterable<string>): AsyncIterable<string>;');
  // The schema makes a bigint of each value that arrives as a number.
  expect(text).toMatch(/watch: \{ stream: true, clientResult: typed\(result\(\w+\)\) \},/);
  expect(text).toContain("upload: { stream: 'client' },");
  expect(text).toContain("chat: { delivery: 'best-effort', stream: 'both' },");
});

test('guards check the arguments, each value of a stream that comes, and each of one that goes', () => {
  const emitted = emitGuards(read(MARKET).services[0]!, {});
  const text = 'text' in emitted ? emitted.text : '';

  expect(text).toContain('args: typed(args([string()])),\n      items: typed(result(bytes()))');
  expect(text).toContain("{ name: 'chunks', type: 'Uint8Array', stream: true }");
  expect(text).toContain("returns: 'Tick'");
  expect(text).toContain(
    'args: typed(args([])),\n      items: typed(result(string())),\n      result: typed(result(string())),',
  );
  expect(text).toContain('chat: [args: [], result: string];');
});

test.each([
  [
    'an iterable that says nothing',
    '@RpcMethod() x(): AsyncIterable<number> { throw 0; }',
    /^Market\.x: It answers with a stream, .* Write stream: true/,
  ],
  [
    'a parameter that says nothing',
    '@RpcMethod() x(v: AsyncIterable<number>): void {}',
    /^Market\.x: Its last parameter is a stream, .*stream: 'client'/,
  ],
  [
    'a generator that takes one, too',
    '@RpcMethod() async *x(v: AsyncIterable<number>): AsyncGenerator<number> {}',
    /^Market\.x: It answers .* and its last parameter is one.*stream: 'both'/,
  ],
  [
    'no stream that says it is one',
    '@RpcMethod({ stream: true }) x(): number { return 1; }',
    /^Market\.x: stream: By its type it has no stream\. Leave the option/,
  ],
  [
    'the wrong word',
    "@RpcMethod({ stream: 'client' }) x(): AsyncIterable<number> { throw 0; }",
    /^Market\.x: stream: It answers with a stream/,
  ],
  [
    'a stream among others',
    "@RpcMethod({ stream: 'client' }) x(v: AsyncIterable<number>, w: string): void {}",
    /^Market\.x\(v\): A value of type AsyncIterable cannot travel\. Only what a method returns/,
  ],
  [
    'one that may be left out',
    "@RpcMethod({ stream: 'client' }) x(v?: AsyncIterable<number>): void {}",
    /^Market\.x\(v\): A value of type AsyncIterable cannot travel/,
  ],
  [
    'values that cannot travel',
    '@RpcMethod() async *x(): AsyncGenerator<() => void> {}',
    /^Market\.x\(\)\[\]: A function cannot travel/,
  ],
  [
    'overloads that differ',
    'x(v: string): AsyncIterable<string>; x(v: number): number; @RpcMethod({ stream: true }) x(v: never): any { throw v; }',
    /^Market\.x: Some of its overloads have a stream/,
  ],
])('%s is a problem that says what to write', (_what, member, message) => {
  expect(problemsOf(member)).toContainEqual(expect.stringMatching(message));
});

test('a contract of defineService is read in the same way, and its methods tell nothing by themselves', () => {
  const contract = (options: string): ReturnType<typeof readServices> =>
    read(
      '@RpcMethod() x(): void {}',
      `interface Feed { watch(): AsyncGenerator<number> }\nexport const feed = defineService<Feed>('Feed', { watch: ${options} });`,
    );
  const [, feed] = contract('{ stream: true }').services;

  expect(feed!.methods[0]).toMatchObject({ property: 'watch', stream: 'server' });
  expect(contract('{ stream: false }').problems[0]!.message).toContain('Write stream: true');
});
