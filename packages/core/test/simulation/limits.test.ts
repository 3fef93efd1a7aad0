import { createClient, withOptions } from '@rpcudp/client';
import { RpcError, defineService } from '../../src/index';
import {
  GRACE_MS_DEFAULT,
  HANDLER_TIMEOUT_MS_DEFAULT,
  MESSAGE_BYTES_MAX_DEFAULT,
  NATIVE_DATAGRAM_BYTES_DEFAULT,
  PENDING_CALLS_MAX_DEFAULT,
  QUOTED_MESSAGE_CHARACTERS_MAX,
  RUNNING_HANDLERS_MAX_DEFAULT,
  TIMEOUT_MS_DEFAULT,
} from '../../src/limits';
import { SimulatedNetwork } from '../../src/testing';
import { outcomeOf, silent, simulatedPair, type Pair } from './fixtures';

const NATIVE = { wires: ['native'] } as const;
const pairOf = (wire: 'native' | 'rpcudp'): Pair =>
  wire === 'rpcudp' ? simulatedPair() : simulatedPair({}, { server: NATIVE, caller: NATIVE });

describe.each(['native', 'rpcudp'] as const)('unless told otherwise, on the %s wire', (wire) => {
  test('a call waits five seconds for its answer', async () => {
    const { network, client } = pairOf(wire);
    expect(await network.until(outcomeOf(client.never()))).toBe('silence');
    expect(network.clock.now).toBeCloseTo(TIMEOUT_MS_DEFAULT, 0);
  });

  test('4,096 calls may wait for an answer, and the next one fails without having run', async () => {
    const { network, client, caller } = pairOf(wire);
    const calls = Array.from({ length: PENDING_CALLS_MAX_DEFAULT }, () => outcomeOf(client.never()));
    expect(caller.stats().pendingCalls).toBe(PENDING_CALLS_MAX_DEFAULT);
    await expect(client.never()).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      executed: 'no',
      details: { maxPending: PENDING_CALLS_MAX_DEFAULT },
    });
    expect(new Set(await network.until(Promise.all(calls)))).toEqual(new Set(['silence']));
  });

  test('closing waits five seconds for handlers that run', async () => {
    const { network, client, server, lab } = pairOf(wire);
    void outcomeOf(withOptions(client, { timeoutMs: 60_000 }).never());
    await network.advance(100);
    const { signal } = lab.contexts[0]!;
    const closing = server.close();
    await network.advance(GRACE_MS_DEFAULT - 1);
    expect(signal.aborted).toBe(false);
    await network.advance(2);
    expect(signal.aborted).toBe(true);
    await network.until(closing);
  });
});

test('unless told otherwise, 4,096 handlers may run at once, and a further call is dropped as overload', async () => {
  const { network, client, server, caller } = simulatedPair({}, { caller: { maxPending: 10_000 } });
  for (let call = 0; call < RUNNING_HANDLERS_MAX_DEFAULT; call += 1) void outcomeOf(client.never());
  await network.advance(10);
  expect(server.stats()).toMatchObject({ runningHandlers: RUNNING_HANDLERS_MAX_DEFAULT, dropped: { overload: 0 } });
  void outcomeOf(client.never());
  await network.advance(10);
  expect(server.stats()).toMatchObject({ runningHandlers: RUNNING_HANDLERS_MAX_DEFAULT, dropped: { overload: 1 } });
  await network.advance(TIMEOUT_MS_DEFAULT);
  expect(caller.stats().pendingCalls).toBe(0);
});

test('unless told otherwise, a handler whose caller says no deadline may take a minute', async () => {
  const { network, client, lab } = simulatedPair();
  void outcomeOf(client.never());
  await network.advance(1);
  const { signal } = lab.contexts[0]!;
  await network.advance(HANDLER_TIMEOUT_MS_DEFAULT - 1);
  expect(signal.aborted).toBe(false);
  await network.advance(2);
  expect(signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

describe('the native wire', () => {
  const Mirror = defineService<{ echo(bytes: Uint8Array): Uint8Array }>('Mirror', { echo: {} });

  test('takes a message of 1 MiB, in datagrams of 1,200 bytes, and none that is larger', async () => {
    const network = new SimulatedNetwork();
    const server = network.bind({ logger: silent });
    server.serve(Mirror, { echo: (bytes) => bytes });
    const client = createClient(Mirror, network.bind({ logger: silent }).peer(server.address));
    let largest = 0;
    network.tap = ({ length }) => void (largest = Math.max(largest, length));
    // Around the bytes: an array of one, and the length of the bytes.
    const most = new Uint8Array(MESSAGE_BYTES_MAX_DEFAULT - 1 - 5);
    expect(await network.until(client.echo(most).orThrow())).toHaveLength(most.length);
    expect(largest).toBeLessThanOrEqual(NATIVE_DATAGRAM_BYTES_DEFAULT);
    expect(largest).toBeGreaterThan(NATIVE_DATAGRAM_BYTES_DEFAULT - 10);
    await expect(client.echo(new Uint8Array(most.length + 1))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { bytes: MESSAGE_BYTES_MAX_DEFAULT + 1, bytesMax: MESSAGE_BYTES_MAX_DEFAULT },
    });
  });
});

test('a log line repeats 512 characters of what a handler said', async () => {
  const lines: string[] = [];
  const network = new SimulatedNetwork();
  const server = network.bind({ logger: { ...silent, warn: (line) => lines.push(line) } });
  const Sayer = defineService<{ say(length: number): void }>('Sayer', { say: {} });
  server.serve(Sayer, {
    say: (length) => {
      throw new RpcError('ABORTED', 'x'.repeat(length));
    },
  });
  const client = createClient(Sayer, network.bind({ logger: silent }).peer(server.address));
  for (const length of [QUOTED_MESSAGE_CHARACTERS_MAX, QUOTED_MESSAGE_CHARACTERS_MAX + 1]) {
    expect(await network.until(outcomeOf(client.say(length)))).toBe('ABORTED');
  }
  const said = 'x'.repeat(QUOTED_MESSAGE_CHARACTERS_MAX);
  expect(lines.map((line) => line.slice(line.indexOf('"')))).toEqual([`"${said}"`, `"${said}..."`]);
});
