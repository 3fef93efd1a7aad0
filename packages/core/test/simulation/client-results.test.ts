import type { StandardSchemaV1 } from '@standard-schema/spec';
import { createClient, withOptions } from '@rpcudp/client';
import { defineService } from '../../src/index';
import { SimulatedNetwork } from '../../src/testing';
import { outcomeOf, silent } from './fixtures';

type Validate = StandardSchemaV1<unknown, bigint>['~standard']['validate'];
type Result = StandardSchemaV1.Result<bigint>;

interface Shop {
  turnover(): bigint;
}

/** What peers know of it that are older, or written in another language. */
const OlderShop = defineService<{ turnover(): unknown }>('Shop', { turnover: {} });

const schema = (validate: Validate): StandardSchemaV1<unknown, bigint> => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

const toBigInt: Validate = (value) =>
  Number.isSafeInteger(value)
    ? { value: BigInt(value as number) }
    : { issues: [{ message: 'no integer', path: ['total', { key: 0 }] }] };

/** A schema that takes its time: `done` ends it. */
function slowly(): { validate: Validate; done: (result: Result) => void; fail: (error: Error) => void } {
  let settle: { done: (result: Result) => void; fail: (error: Error) => void };
  const result = new Promise<Result>((done, fail) => (settle = { done, fail }));
  return { validate: () => result, ...settle! };
}

function shop(validate: Validate, answer: unknown = 5) {
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent });
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent });
  server.serve(OlderShop, { turnover: () => answer });
  const contract = defineService<Shop>('Shop', { turnover: { clientResult: schema(validate) } });
  return { network, caller, client: createClient(contract, caller.peer(server.address)) };
}

/** Lets the answer arrive, and what waits for it go on. */
async function answered(network: SimulatedNetwork): Promise<void> {
  await network.advance(20);
}

test('what a clientResult schema makes of an answer is what the caller gets', async () => {
  const { network, caller, client } = shop(toBigInt);

  expect(await network.until(client.turnover().orThrow())).toBe(5n);
  expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { answered: 1, failed: 0 } });
});

test('an answer that it refuses is DATA_LOSS of this side, with the place, and the method ran', async () => {
  const { network, caller, client } = shop(toBigInt, 'five');

  await expect(network.until(client.turnover())).rejects.toMatchObject({
    code: 'DATA_LOSS',
    executed: 'yes',
    origin: 'local',
    message: expect.stringMatching(
      /^Shop\.turnover at 10\.0\.0\.1:1: the answer is not what this client takes: \[total\.0\] no integer\. /,
    ) as string,
    details: { issues: [{ message: 'no integer', path: ['total', 0] }] },
  });
  expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { answered: 0, failed: 1 } });
});

test.each<[string, Validate]>([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
  ['gives nothing', () => undefined as never],
  ['gives nothing later', () => Promise.resolve(undefined as never)],
])('a schema that %s ends the call and nothing else', async (_what, validate) => {
  const { network, caller, client } = shop(validate);

  await expect(network.until(client.turnover())).rejects.toMatchObject({
    code: 'DATA_LOSS',
    executed: 'yes',
    cause: expect.any(Error) as Error,
  });
  expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { failed: 1 } });
});

describe('a schema that takes its time', () => {
  test('is waited for', async () => {
    const { validate, done } = slowly();
    const { network, caller, client } = shop(validate);
    const call = client.turnover().orThrow();
    await answered(network);
    expect(caller.stats()).toMatchObject({ pendingCalls: 1 });

    done({ value: 7n });

    expect(await network.until(call)).toBe(7n);
    expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { answered: 1 } });
  });

  test('is not waited for beyond the deadline, and the call does not claim silence then', async () => {
    const { validate, done } = slowly();
    const { network, caller, client } = shop(validate);
    const call = withOptions(client, { timeoutMs: 100 }).turnover();

    await expect(network.until(call)).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      executed: 'yes',
      message: expect.stringMatching(/the answer came in time, but its clientResult schema was not done/) as string,
    });
    expect(network.clock.now).toBeCloseTo(100);
    done({ value: 7n });
    await answered(network);
    expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { answered: 0, failed: 1 } });
  });

  test('is not waited for when the call is cancelled', async () => {
    const { validate, done } = slowly();
    const { network, caller, client } = shop(validate);
    const abort = new AbortController();
    const call = withOptions(client, { signal: abort.signal }).turnover();
    void call.then(null, () => undefined);
    await answered(network);

    abort.abort();
    done({ value: 7n });

    await expect(network.until(call)).rejects.toMatchObject({ code: 'CANCELLED', executed: 'yes' });
    expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { answered: 0, cancelled: 1 } });
  });

  test('is not waited for when the endpoint closes', async () => {
    const { validate, fail } = slowly();
    const { network, caller, client } = shop(validate);
    const call = client.turnover();
    const outcome = outcomeOf(call);
    await answered(network);

    await network.until(caller.close());
    fail(new Error('too late'));

    expect(await network.until(outcome)).toBe('CLOSED');
    expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { failed: 1 } });
  });
});

test('a schema that ends its own call is heard no more', async () => {
  const abort = new AbortController();
  const { network, caller, client } = shop(() => {
    abort.abort();
    return { value: 7n };
  });
  const call = withOptions(client, { signal: abort.signal }).turnover();

  await expect(network.until(call)).rejects.toMatchObject({ code: 'CANCELLED', executed: 'yes' });
  expect(caller.stats()).toMatchObject({ pendingCalls: 0, calls: { answered: 0, cancelled: 1 } });
});
