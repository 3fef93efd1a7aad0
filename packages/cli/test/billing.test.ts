/** A service as companies have them, all the way: read, generated, compiled without its sources, served, and called. */
import { orThrow, type Client, type OrThrow } from '@rpcudp/client';
import type { RpcChannel, ServiceGuards } from '@rpcudp/core';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { readModules, type ReadModules } from '../src/generate/modules.js';
import { Billing } from './fixtures/billing/billing.js';
import { Currency, Priority, type CustomerId, type InvoiceId, type Line } from './fixtures/billing/values.js';

const ROOT = resolve(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'rpcudp-billing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let generated: ReadModules;

beforeAll(() => {
  const options = { cwd: __dirname, files: [], out: folder, guards: true, importTypes: false, strict: true };
  generated = readModules([join(__dirname, 'fixtures/billing/billing.ts')], { ...options, tsconfig: undefined });
});

/** Compiles the modules where nothing else is, as somebody would who has only them and the packages. */
function compile(): readonly string[] {
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  for (const { path, text } of generated.outputs) writeFileSync(path, text);
  const source = (path: string): string[] => [join(ROOT, 'packages', path, 'index.ts')];
  const program = ts.createProgram(
    generated.outputs.map(({ path }) => path),
    {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.decorators.d.ts'],
      module: ts.ModuleKind.NodeNext,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      rootDir: resolve('/'),
      outDir: join(folder, 'out'),
      paths: {
        '@rpcudp/core': source('core/src'),
        '@rpcudp/core/*': [join(ROOT, 'packages/core/src/*/index.ts')],
        '@rpcudp/client': source('client/src'),
      },
    },
  );
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

function load(module: 'client' | 'guards'): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- this test wrote it
  return require(join(folder, 'out', folder, `billing.${module}.js`));
}

test('it is generated without a problem', () => {
  expect(generated.problems).toEqual([]);
  expect(generated.services.map(({ name }) => name)).toEqual(['Billing']);
});

test('the modules compile without the sources of the service', () => {
  expect(compile()).toEqual([]);
});

describe('a client of it', () => {
  const id: InvoiceId = 'INV-1';
  const snake = 'snake' as CustomerId;
  const lines: Line[] = [
    { text: 'Eye patch', amount: 1999n },
    { text: 'Glider', amount: 2n ** 64n, discount: 0.5 },
  ];
  const customer = {
    id: snake,
    name: 'Plissken',
    address: { street: '', city: 'New York' },
    since: new Date(1),
    tags: new Set(['vip']),
  };
  const draft = {
    id,
    customer: snake,
    lines,
    currency: Currency.Euro,
    state: { kind: 'draft' as const },
    notes: new Map(),
  };
  const account = { name: 'cash', balance: -1n, children: [] };
  const rule = { name: 'large', when: { on: 'amount' as const, above: 5n }, then: 'review' as const };

  /** What is called, in order, and what comes of it. */
  const calls: readonly (readonly [
    method: string,
    call: (billing: OrThrow<Billing>) => Promise<unknown>,
    expected: unknown,
  ])[] = [
    ['register', (billing) => billing.register(customer), customer],
    ['customer', (billing) => billing.customer(snake), customer],
    ['addCustomer', (billing) => billing.addCustomer('Bob', { street: '', city: 'Paris' }), 'Bob-Paris'],
    ['move', (billing) => billing.move(snake, { street: 'Wall Street', city: 'Manhattan' }), { city: 'Manhattan' }],
    ['tags', (billing) => billing.tags(), new Set(['vip'])],
    ['tag', (billing) => billing.tag(snake, new Set(['a', 'b'])), new Set(['snake', 'a', 'b'])],
    ['draft', (billing) => billing.draft(snake, lines), draft],
    ['get', (billing) => billing.get(id), draft],
    ['list', (billing) => billing.list(undefined, undefined), { items: [draft], total: 1 }],
    ['find', (billing) => billing.find(snake, 'draft'), [draft]],
    ['transition', (billing) => billing.transition(id, { kind: 'sent', at: new Date(5) }), 'sent'],
    [
      'pay',
      (billing) => billing.pay(id, { method: 'transfer', iban: 'DE02' }, new Date(7)),
      { kind: 'paid', at: new Date(7), payment: { method: 'transfer', iban: 'DE02' } },
    ],
    ['total', (billing) => billing.total(id), 1999n + 2n ** 64n],
    ['turnover', (billing) => billing.turnover(), 2n ** 70n],
    ['turnoverByCurrency', (billing) => billing.turnoverByCurrency(), new Map([['EUR', 5n]])],
    ['totals', (billing) => billing.totals([id]), { 'INV-1': 1999n + 2n ** 64n }],
    ['note', (billing) => billing.note(id, new Map([['by', 'hand']])), 1],
    ['patch', (billing) => billing.patch(id, { currency: Currency.Dollar }), { currency: 'USD', lines }],
    ['pdf', async (billing) => Buffer.from(await billing.pdf(id)).toString(), '%PDF INV-1'],
    ['attach', (billing) => billing.attach(id, Buffer.from('text')), 'INV-1/attachment/982d9e3e'],
    ['checksum', (billing) => billing.checksum(Uint8Array.of(0, 255)), Uint8Array.of(255, 0)],
    [
      'chart',
      (billing) => billing.chart(),
      { name: 'assets', balance: 0n, children: [account, { ...account, children: [account] }] },
    ],
    ['balanceOf', (billing) => billing.balanceOf({ ...account, children: [account] }), -2n],
    ['setRules', (billing) => billing.setRules([rule]), 1],
    ['rules', (billing) => billing.rules(), [rule]],
    ['judge', (billing) => billing.judge(rule, 6n, 'DE'), 'review'],
    ['settings', (billing) => billing.settings({ a: [1, null] }), { was: { a: [1, null] } }],
    ['remind', (billing) => billing.remind(Priority.High, id, 'INV-2'), [10, 'INV-1', 'INV-2']],
    ['next', (billing) => billing.next('monday'), new Date(86_400_000)],
    [
      'never',
      (billing) => billing.never('on purpose').catch((error: unknown) => (error as { code: string }).code),
      'INTERNAL',
    ],
    [
      'failures',
      (billing) => billing.failures(),
      [new RangeError('too much'), new Error('card refused', { cause: 'limit' })],
    ],
    [
      'search',
      (billing) => billing.search({ text: 'Eye' }),
      { items: [{ text: 'Eye', amount: 10n }], total: 1, next: 1 },
    ],
    ['merge', (billing) => billing.merge(id, ['INV-2', 'INV-3']), 'INV-1+INV-2+INV-3+'],
    ['exchange', (billing) => billing.exchange({ EUR: 4n }), { USD: 8n }],
    ['log', (billing) => billing.log('warn', 'low on eye patches'), undefined],
    [
      'entriesOfJournal',
      (billing) => billing.entriesOfJournal(2),
      [
        [new Date(0), 'warn: low on eye patches '],
        [new Date(0), 'drafted INV-1'],
      ],
    ],
    [
      'health',
      (billing) => billing.health(),
      { status: 'up', uptimeMs: 1, details: { queue: [1, null, { deep: true }] } },
    ],
    ['beat', (billing) => billing.beat(new Date()), undefined],
    ['save', (billing) => billing.save({ ...draft, id: 'INV-9' }), undefined],
    ['remove', (billing) => billing.remove('INV-9', 'INV-8'), 1],
  ];

  function served() {
    const { billingClient } = load('client') as { billingClient: (channel: RpcChannel) => Client<Billing> };
    const { billingGuards } = load('guards') as { billingGuards: ServiceGuards };
    const network = new SimulatedNetwork({ latencyMs: 1 });
    const quiet = () => undefined;
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const server = network.bind({ host: '10.0.0.1', port: 1, logger });
    server.serve(new Billing(), { guards: billingGuards });
    return { network, client: billingClient(network.bind({ host: '10.0.0.2', port: 2 }).peer(server.address)) };
  }

  test('has its forty methods, and each is called here', () => {
    const { client } = served();
    expect(Object.keys(client)).toHaveLength(40);
    expect(calls.map(([method]) => method).sort()).toEqual(Object.keys(client).sort());
  });

  test('gets from each what the class gives', async () => {
    const { network, client } = served();
    for (const [method, call, expected] of calls) {
      const answer = await network.until(call(orThrow(client)));
      expect([method, answer]).toEqual([method, expected]);
    }
  });
});
