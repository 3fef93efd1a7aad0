import { createClient, withOptions } from '@rpcudp/client';
import { LabContract, simulatedPair, type Pair } from './fixtures';

const native = (): Pair => simulatedPair({}, { server: { wires: ['native'] }, caller: { wires: ['native'] } });

describe('an option of a call', () => {
  test.each([
    ['signal', {}, 'signal must be an AbortSignal, not an object.'],
    ['signal', null, 'signal must be an AbortSignal, not null.'],
    ['signal', 'stop', 'signal must be an AbortSignal, not "stop".'],
    ['signal', new AbortController(), 'signal must be an AbortSignal, not an object.'],
    ['signal', { aborted: false, addEventListener: () => undefined }, 'signal must be an AbortSignal, not an object.'],
    ['timeoutMs', '200', 'timeoutMs must be from 1 to 2147483647, not "200".'],
    ['timeoutMs', null, 'timeoutMs must be from 1 to 2147483647, not null.'],
    ['timeoutMs', {}, 'timeoutMs must be from 1 to 2147483647, not an object.'],
    ['timeoutMs', 200n, 'timeoutMs must be from 1 to 2147483647, not 200.'],
    ['timeoutMs', 0.5, 'timeoutMs must be from 1 to 2147483647, not 0.5.'],
    ['timeoutMs', Symbol('soon'), 'timeoutMs must be from 1 to 2147483647, not Symbol(soon).'],
    ['waitForReady', 'yes', 'waitForReady must be true or false, not "yes".'],
    ['waitForReady', 1, 'waitForReady must be true or false, not 1.'],
    ['waitForReady', null, 'waitForReady must be true or false, not null.'],
    ['metadata', [], 'metadata must be an object whose values are strings.'],
    ['metadata', { tenant: 7 }, 'metadata must be an object whose values are strings.'],
  ])('%s that is %p is refused by name, and nothing is sent', async (option, value, message) => {
    const { client, caller } = native();
    const call = withOptions(client, { [option]: value }).add(1, 2);
    await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message, executed: 'no' });
    expect(caller.stats()).toMatchObject({ pendingCalls: 0, datagrams: { sent: 0 }, calls: { started: 0 } });
  });

  test('timeoutMs of a channel that is no number is refused when the channel is made', () => {
    const { caller, server } = native();
    const timeoutMs = '200' as unknown as number;
    expect(() => caller.peer(server.address, { timeoutMs })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: 'timeoutMs must be from 1 to 2147483647, not "200".',
      }),
    );
  });
});

describe('a call that is cancelled', () => {
  /** Makes calls in one turn, the last of which can be cancelled. */
  function calls(pair: Pair, count: number): { all: PromiseLike<unknown>[]; cancel: () => void } {
    const abort = new AbortController();
    const cancellable = withOptions(pair.client, { signal: abort.signal });
    const all = Array.from({ length: count }, (_, index) =>
      outcomeAndExecuted((index === count - 1 ? cancellable : pair.client).add(index, 1)),
    );
    return { all, cancel: () => abort.abort() };
  }

  test('in its own turn while others wait with it has not left, so it has not run', async () => {
    const pair = native();
    // The first leaves at once; the others wait for the end of the turn.
    const { all, cancel } = calls(pair, 3);
    cancel();
    expect(await pair.network.until(all[2]!)).toEqual(['CANCELLED', 'no']);
    expect(await pair.network.until(Promise.all([all[0], all[1]]))).toEqual([[1], [2]]);
    await pair.network.advance(1000);
    expect(pair.lab.runs).toBe(2);
  });

  test('after it left may have run, also in its own turn', async () => {
    const pair = native();
    const { all, cancel } = calls(pair, 1);
    cancel();
    expect(await pair.network.until(all[0]!)).toEqual(['CANCELLED', 'unknown']);
    await pair.network.advance(1000);
    expect(pair.lab.runs).toBe(1);
  });

  test('in a later turn may have run', async () => {
    const pair = native();
    const { all, cancel } = calls(pair, 3);
    await pair.network.advance(0);
    cancel();
    expect(await pair.network.until(all[2]!)).toEqual(['CANCELLED', 'unknown']);
    await pair.network.until(Promise.all(all));
    await pair.network.advance(1000);
    expect(pair.lab.runs).toBe(3);
  });

  test('on the rpcudp wire, where each leaves at once, may have run', async () => {
    const pair = simulatedPair();
    const { all, cancel } = calls(pair, 3);
    cancel();
    expect(await pair.network.until(all[2]!)).toEqual(['CANCELLED', 'unknown']);
    await pair.network.until(Promise.all(all));
  });

  test('by closing its endpoint says the same', async () => {
    const pair = native();
    const closed = calls(pair, 3).all;
    const closing = pair.caller.close();
    expect(await pair.network.until(Promise.all(closed))).toEqual([
      ['CLOSED', 'unknown'],
      ['CLOSED', 'no'],
      ['CLOSED', 'no'],
    ]);
    await pair.network.until(closing);
    await pair.network.advance(1000);
    expect(pair.lab.runs).toBe(1);
  });

  test('while its peer’s name is looked up has not run', async () => {
    const { network, caller } = native();
    const abort = new AbortController();
    // The simulator takes addresses alone; a name is what a channel may have.
    const driver = (caller as unknown as { driver: { channel(to: object): Parameters<typeof createClient>[1] } })
      .driver;
    const named = driver.channel({ label: 'nowhere:1', resolve: () => new Promise(() => undefined) });
    const call = withOptions(createClient(LabContract, named), { signal: abort.signal }).add(1, 2);
    abort.abort();
    expect(await network.until(outcomeAndExecuted(call))).toEqual(['CANCELLED', 'no']);
  });
});

/** What came of a call, and whether it ran if it failed. */
async function outcomeAndExecuted(call: PromiseLike<{ received: boolean; value?: unknown }>): Promise<unknown[]> {
  return call.then(
    (reply) => [reply.value],
    (error: unknown) => {
      const { code, executed } = error as { code: string; executed: string };
      return [code, executed];
    },
  );
}
