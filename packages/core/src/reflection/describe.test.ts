import { contractOf } from '../service/contract.js';
import { RpcMethod, RpcService } from '../service/decorators.js';
import { defineService } from '../service/define-service.js';
import type { MethodGuards } from '../service/service-guards.js';
import { describeService } from './describe.js';

class Account {
  cents = 0;
}

@RpcService({ name: 'Bank', version: '2.1', doc: 'Keeps accounts.' })
class Bank {
  @RpcMethod({ name: 'pay_in', delivery: 'idempotent', timeoutMs: 200, doc: 'Adds to an account.' })
  deposit(_name: string, _cents: number, _note = 'none'): number {
    return 1;
  }

  @RpcMethod({ oneWay: true, delivery: 'best-effort' })
  notice(): void {}

  @RpcMethod()
  types(
    _a: boolean,
    _b: bigint,
    _c: string[],
    _d: Map<string, number>,
    _e: { f: string },
    _g: Uint8Array,
    _h: Account,
    _i: undefined,
    ..._rest: string[]
  ): void {}
}

/** The parameters of a method that has nothing but a handler and perhaps guards. */
function parametersOf(handler: (...args: never[]) => unknown, guards?: MethodGuards): unknown {
  const contract = defineService<{ only(): void }>('One', { only: {} });
  const described = describeService({
    contract,
    implementation: { only: handler },
    guards: guards && { service: 'One', methods: { only: guards } },
  });
  return described.methods[0]!.parameters;
}

test('a description has what the decorators said, and leaves out what nobody knows', () => {
  const [deposit, notice] = describeService({ contract: contractOf(Bank), implementation: new Bank() }).methods;

  expect(describeService({ contract: contractOf(Bank), implementation: new Bank() })).toMatchObject({
    name: 'Bank',
    version: '2.1',
    doc: 'Keeps accounts.',
  });
  expect(deposit).toStrictEqual({
    name: 'pay_in',
    property: 'deposit',
    delivery: 'idempotent',
    shape: 'unary',
    timeoutMs: 200,
    doc: 'Adds to an account.',
    parameters: [
      { name: '_name', type: 'string' },
      { name: '_cents', type: 'number' },
      { name: '_note', type: 'unknown', optional: true },
    ],
  });
  expect(notice).toStrictEqual({
    name: 'notice',
    property: 'notice',
    delivery: 'best-effort',
    shape: 'one-way',
    parameters: [],
  });
});

test('recorded types have the names that TypeScript gives them', () => {
  const types = describeService({ contract: contractOf(Bank), implementation: new Bank() }).methods[2]!.parameters;

  expect(types.map(({ type }) => type)).toEqual([
    'boolean',
    'bigint',
    'unknown[]',
    'Map<unknown, unknown>',
    'unknown',
    'Uint8Array',
    'Account',
    'unknown',
    'string[]',
  ]);
  expect(types.at(-1)).toEqual({ name: '_rest', type: 'string[]', rest: true });
});

test('a class without a name, or what is no class at all, is an unknown type', () => {
  const contract = contractOf(Bank);
  const parameterTypes = [class Nameless extends Account {}, Symbol('none')];
  Object.defineProperty(parameterTypes[0], 'name', { value: '' });
  const methods = new Map([['notice', { ...contract.methods.get('notice')!, parameterTypes }]]);
  const described = describeService({ contract: { ...contract, methods }, implementation: new Bank() });

  expect(described.methods[0]!.parameters).toEqual([
    { name: 'arg0', type: 'unknown' },
    { name: 'arg1', type: 'unknown' },
  ]);
});

test('guards know better than what was recorded, but what the method says of itself holds', () => {
  const parameters = [{ name: 'key', type: "'a' | 'b'", optional: true, rest: false, secret: 1 }];
  const guards = { parameters, returns: 'void', doc: 'Generated.' };
  const [deposit, notice] = describeService({
    contract: contractOf(Bank),
    implementation: new Bank(),
    guards: { service: 'Bank', methods: { deposit: guards, notice: guards, types: {} } },
  }).methods;

  expect(deposit).toMatchObject({ returns: 'void', doc: 'Adds to an account.' });
  expect(deposit!.parameters).toStrictEqual([{ name: 'key', type: "'a' | 'b'", optional: true, rest: false }]);
  expect(notice!.doc).toBe('Generated.');
});

test('without types, names come from the source of the handler', () => {
  expect(
    parametersOf((key: string, { days }: { days?: number } = {}, ...others: string[]) => [key, days, others]),
  ).toEqual([
    { name: 'key', type: 'unknown' },
    { name: 'arg1', type: 'unknown', optional: true },
    { name: 'others', type: 'unknown[]', rest: true },
  ]);
  expect(parametersOf((key: string) => key, {})).toEqual([{ name: 'key', type: 'unknown' }]);
});

test('without source, parameters are counted', () => {
  const bound = function (a: number, b: number): number {
    return a + b;
  }.bind(undefined);

  expect(parametersOf(bound)).toEqual([
    { name: 'arg0', type: 'unknown' },
    { name: 'arg1', type: 'unknown' },
  ]);
});

test('names of an override with other parameters are not put to the types of its base', () => {
  class Branch extends Bank {
    override deposit(_name: string): number {
      return 2;
    }
  }
  const { methods } = describeService({ contract: contractOf(Branch), implementation: new Branch() });

  expect(methods[0]!.parameters.map(({ name }) => name)).toEqual(['arg0', 'arg1', 'arg2']);
});
