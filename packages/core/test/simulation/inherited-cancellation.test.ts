import { createClient, withOptions } from '@rpcudp/client';
import { defineService, type CallOptions, type RpcError } from '../../src/index';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { silent } from './fixtures';

interface Chain {
  ask(): Promise<string>;
}

const Chain = defineService<Chain>('Chain', { ask: {} });

interface Setting {
  readonly network: SimulatedNetwork;
  /** Who calls the first of the handlers. */
  readonly caller: SimulatedEndpoint;
  readonly relay: SimulatedEndpoint;
  /** The last of them, which never ends by itself. */
  readonly last: SimulatedEndpoint;
  /** What became of the call that the handler in between made. */
  readonly fates: unknown[];
}

const fateOf = (call: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(call).then(
    (reply) => reply,
    (error: unknown) => {
      const { code, executed, message } = error as RpcError;
      return `${code}/${executed}: ${message}`;
    },
  );

/** A caller, a handler that calls on, and one that it calls. `leave` says what the first does with its call. */
function chain(leave: (call: Promise<unknown>) => Promise<string>, options: CallOptions = {}): Setting {
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const bind = (port: number): SimulatedEndpoint => network.bind({ host: '10.0.0.1', port, logger: silent });
  const [caller, relay, last] = [bind(1), bind(2), bind(3)];
  const fates: unknown[] = [];
  last.serve(Chain, { ask: () => new Promise(() => undefined) });
  const deeper = createClient(Chain, relay.peer(last.address), options);
  relay.serve(Chain, { ask: () => leave(fateOf(deeper.ask()).then((fate) => fates.push(fate))) });
  return { network, caller, relay, last, fates };
}

const waits = (call: Promise<unknown>): Promise<string> => call.then(() => 'done');
const HANDLER_GONE = 'The call was cancelled, for nobody waits any more for the answer of the handler that made it.';

test('when a caller cancels, what its handler called is cancelled too, over there as well', async () => {
  const { network, caller, relay, last, fates } = chain(waits);
  const abort = new AbortController();
  const call = fateOf(createClient(Chain, caller.peer(relay.address), { signal: abort.signal }).ask());
  await network.advance(100);
  expect([relay.stats().runningHandlers, last.stats().runningHandlers]).toEqual([1, 1]);
  abort.abort();
  await network.advance(20);
  expect(await call).toContain('CANCELLED/unknown');
  expect(fates).toEqual([`CANCELLED/unknown: ${HANDLER_GONE}`]);
  expect([relay.stats().runningHandlers, last.stats().runningHandlers]).toEqual([0, 0]);
  expect(last.stats().requests.abandoned).toBe(1);
});

test('when the endpoint of the handler closes, what the handler called is cancelled', async () => {
  const { network, caller, relay, last, fates } = chain(waits);
  const call = fateOf(createClient(Chain, caller.peer(relay.address)).ask());
  await network.advance(100);
  await network.until(relay.close({ graceMs: 0 }));
  await network.advance(20);
  expect(await call).toContain('unknown');
  expect(fates).toEqual([`CANCELLED/unknown: ${HANDLER_GONE}`]);
  expect(last.stats().requests.abandoned).toBe(1);
});

test('a call with a signal of its own obeys both', async () => {
  const own = new AbortController();
  for (const which of ['own', 'inherited']) {
    const { network, caller, relay, fates } = chain(waits, {
      signal: which === 'own' ? own.signal : new AbortController().signal,
    });
    const theirs = new AbortController();
    void fateOf(createClient(Chain, caller.peer(relay.address), { signal: theirs.signal }).ask());
    await network.advance(100);
    (which === 'own' ? own : theirs).abort();
    await network.advance(20);
    const message = which === 'own' ? 'The call was cancelled by its signal.' : HANDLER_GONE;
    expect(fates).toEqual([`CANCELLED/unknown: ${message}`]);
  }
});

test('a call that the handler leaves behind goes on when the handler has answered', async () => {
  const { network, caller, relay, last, fates } = chain(() => Promise.resolve('left'));
  const abort = new AbortController();
  const client = createClient(Chain, caller.peer(relay.address), { signal: abort.signal });
  expect(await network.until(client.ask())).toEqual({ received: true, value: 'left' });
  abort.abort();
  await network.advance(100);
  expect([fates, last.stats().runningHandlers]).toEqual([[], 1]);
});

test('a call that is made when nobody waits any more is not sent', async () => {
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const bind = (port: number): SimulatedEndpoint => network.bind({ host: '10.0.0.1', port, logger: silent });
  const [caller, relay, last] = [bind(1), bind(2), bind(3)];
  let resume: (() => void) | undefined;
  let fate: unknown;
  last.serve(Chain, { ask: () => Promise.resolve('deep') });
  const deeper = createClient(Chain, relay.peer(last.address));
  relay.serve(Chain, {
    ask: async () => {
      await new Promise<void>((resolve) => (resume = resolve));
      fate = await fateOf(deeper.ask());
      return 'late';
    },
  });
  const abort = new AbortController();
  const call = fateOf(withOptions(createClient(Chain, caller.peer(relay.address)), { signal: abort.signal }).ask());
  await network.advance(100);
  abort.abort();
  await network.advance(20);
  resume!();
  await network.advance(100);
  expect(await call).toContain('CANCELLED');
  expect(fate).toBe(`CANCELLED/no: ${HANDLER_GONE}`);
  expect(last.stats().requests.received).toBe(0);
});

test('many calls of one handler share one listener of its signal', async () => {
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const bind = (port: number): SimulatedEndpoint => network.bind({ host: '10.0.0.1', port, logger: silent });
  const [caller, relay, last] = [bind(1), bind(2), bind(3)];
  last.serve(Chain, { ask: () => new Promise(() => undefined) });
  const deeper = createClient(Chain, relay.peer(last.address));
  relay.serve(Chain, { ask: () => Promise.all(Array.from({ length: 50 }, () => fateOf(deeper.ask()))).then(String) });
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const abort = new AbortController();
  void fateOf(createClient(Chain, caller.peer(relay.address), { signal: abort.signal }).ask());
  await network.advance(100);
  abort.abort();
  await network.advance(50);
  expect(last.stats().requests.abandoned).toBe(50);
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});
