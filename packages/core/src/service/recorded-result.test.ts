import { contractOf } from './contract.js';
import { RpcMethod, RpcService } from './decorators.js';
import { clientResultOf } from './recorded-result.js';

const SCHEMA = { '~standard': { version: 1 as const, vendor: 'test', validate: () => ({ value: 7n }) } };

@RpcService('Shop')
class Shop {
  @RpcMethod()
  turnover(): bigint {
    return 1n;
  }
  @RpcMethod()
  stock(): Map<string, number> {
    return new Map();
  }
  @RpcMethod({ clientResult: SCHEMA })
  declared(): bigint {
    return 1n;
  }
  @RpcMethod()
  async later(): Promise<bigint> {
    return 1n;
  }
  @RpcMethod()
  count(): number {
    return 1;
  }
}

const { methods } = contractOf(Shop);

function taken(property: string, answer: unknown): unknown {
  return methods.get(property)!.clientResult!['~standard'].validate(answer);
}

test('a caller makes of an answer the bigint or the Map that the method was recorded to return', () => {
  expect(taken('turnover', 5)).toEqual({ value: 5n });
  expect(taken('turnover', 2n ** 70n)).toEqual({ value: 2n ** 70n });
  expect(taken('stock', { a: 1 })).toEqual({ value: new Map([['a', 1]]) });
  expect(taken('stock', new Map([['a', 1]]))).toEqual({ value: new Map([['a', 1]]) });
});

test('what cannot be that is left as it came, for who knows what the compiler records', () => {
  for (const answer of [null, undefined, 0.5, 'text']) expect(taken('turnover', answer)).toEqual({ value: answer });
});

test('a schema that the method declares comes first', () => {
  expect(methods.get('declared')!.clientResult).toBe(SCHEMA);
});

test('nothing is done where the compiler knew nothing, or where what it knew arrives as it is', () => {
  expect(methods.get('later')!.clientResult).toBeUndefined();
  expect(methods.get('count')!.clientResult).toBeUndefined();
  const ownMap = { Map: class Map<T> extends Array<T> {} }.Map;
  for (const recorded of [undefined, null, Object, Promise, String, Buffer, { Red: 0 }, ownMap])
    expect(clientResultOf(recorded)).toBeUndefined();
});
