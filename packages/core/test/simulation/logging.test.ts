import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import createDebug from 'debug';
import type { LogFields } from '../../src/endpoint';
import { FIELD_CHARACTERS_MAX, STACK_CHARACTERS_MAX, WARNINGS_PER_SECOND_MAX } from '../../src/limits';
import { silent, simulatedPair } from './fixtures';

const stranger = { host: '10.6.6.6', port: 6 };

describe('at debug level', () => {
  test('every datagram is one line: direction, wire, kind, method, id, peer, bytes, time', async () => {
    const debug = jest.fn<undefined, [string]>();
    const { network, client } = simulatedPair({}, { caller: { logger: { ...silent, debug }, logLevel: 'debug' } });
    await network.until(client.add(1, 2));
    const lines = debug.mock.calls.map(([line]) => line);
    expect(lines).toEqual([
      expect.stringMatching(/^rpcudp: → rpcudp request "add" [0-9a-f]{8} 10\.0\.0\.1:1 29 B \+\d+\.\d{3} ms$/),
      expect.stringMatching(/^rpcudp: ← rpcudp response "add" [0-9a-f]{8} 10\.0\.0\.1:1 22 B \+\d+\.\d{3} ms$/),
    ]);
  });

  test('lines go to the debug package, too, when DEBUG asks for them', async () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    createDebug.enable('rpcudp:datagram');
    const { network, client } = simulatedPair();
    await network.until(client.add(1, 2));
    createDebug.disable();
    expect(write.mock.calls.join('')).toMatch(/rpcudp:datagram.*→ rpcudp request "add"/s);
    write.mockRestore();
  });

  test('nothing is logged below the level of the logger', async () => {
    const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
    const { network, client, server } = simulatedPair({}, { server: { logger, logLevel: 'error' } });
    await network.until(client.add(1, 2));
    network.inject(new Uint8Array(3), stranger, server.address);
    await network.until(client.fail('boom'));
    for (const level of [logger.debug, logger.info, logger.warn]) expect(level).not.toHaveBeenCalled();
    expect(logger.error).toHaveBeenCalledTimes(1);
  });
});

describe('at warn level', () => {
  test('are silence, datagrams too small, and unexpected replies', async () => {
    const warn = jest.fn<undefined, [string]>();
    const { network, client, caller } = simulatedPair({}, { caller: { logger: { ...silent, warn } } });
    network.dropNext();
    await network.until(client.add(1, 2));
    network.inject(new Uint8Array(3), stranger, caller.address);
    network.inject(Uint8Array.of(1, ...new Uint8Array(20), 0xc0), stranger, caller.address);
    expect(warn.mock.calls.map(([line]) => line)).toEqual([
      'rpcudp: no response within 5000 ms from Lab.add at 10.0.0.1:1',
      'rpcudp: dropped 3 bytes from 10.6.6.6:6: too small',
      'rpcudp: dropped 22 bytes from 10.6.6.6:6: unexpected response',
    ]);
  });

  test('a flood of one kind is cut to a few lines a second, and the next line counts what was left out', async () => {
    const warn = jest.fn<undefined, [string]>();
    const { network, server } = simulatedPair({}, { server: { logger: { ...silent, warn } } });
    const flood = (): void => {
      for (let n = 0; n < 100; n += 1) network.inject(new Uint8Array(3), stranger, server.address);
    };
    flood();
    expect(warn).toHaveBeenCalledTimes(WARNINGS_PER_SECOND_MAX);
    expect(server.stats().dropped['too-small']).toBe(100);
    await network.advance(1001);
    network.inject(new Uint8Array(3), stranger, server.address);
    expect(warn.mock.calls.at(-1)).toEqual([
      'rpcudp: dropped 3 bytes from 10.6.6.6:6: too small (90 more of this kind were not logged)',
      { event: 'dropped', reason: 'too-small', peer: '10.6.6.6:6', bytes: 3, omitted: 90 },
    ]);
  });
});

describe('the fields of a line', () => {
  test('say what the line says, flat, of calls and of datagrams', async () => {
    const [debug, warn] = [jest.fn(), jest.fn()];
    const logger = { ...silent, debug, warn };
    const { network, client } = simulatedPair({}, { caller: { logger, logLevel: 'debug' } });
    network.dropNext();
    await network.until(client.add(1, 2));
    await network.until(client.add(1, 2));
    const peer = '10.0.0.1:1';
    expect(warn.mock.calls.map(([, fields]: unknown[]) => fields)).toEqual([
      { event: 'call-silent', service: 'Lab', method: 'add', peer, waitedMs: 5000 },
    ]);
    const id = expect.stringMatching(/^[0-9a-f]{8}$/) as string;
    const datagram = { wire: 'rpcudp', method: 'add', id, peer };
    expect(debug.mock.calls.slice(1).map(([, fields]: unknown[]) => fields)).toEqual([
      { event: 'datagram-sent', type: 'request', bytes: 29, ...datagram },
      { event: 'datagram-received', type: 'response', bytes: 22, ...datagram },
    ]);
  });

  test('of a handler that was given up have its code', async () => {
    const warn = jest.fn();
    const { network, client } = simulatedPair({}, { server: { logger: { ...silent, warn }, handlerTimeoutMs: 10 } });
    void client.never();
    await network.advance(20);
    expect(warn).toHaveBeenCalledWith(expect.any(String), {
      event: 'request-abandoned',
      service: 'Lab',
      method: 'never',
      peer: '10.0.0.2:2',
      code: 'DEADLINE_EXCEEDED',
      message: 'The handler took too long.',
      executed: 'unknown',
    });
  });

  test('have text from the network as it came, but cut, and escaped by whatever writes them', async () => {
    const error = jest.fn();
    const { network, client } = simulatedPair({}, { server: { logger: { ...silent, error } } });
    await network.until(client.fail(`x\nrpcudp: forged ${'y'.repeat(2 * FIELD_CHARACTERS_MAX)}`));
    const [[line, fields]] = error.mock.calls as [[string, LogFields]];
    expect(line).toMatch(/^rpcudp: Lab\.fail, called by 10\.0\.0\.2:2, failed: Error: x\\u\{a\}rpcudp: forged y+\n/);
    expect(fields.message).toMatch(/^x\nrpcudp: forged y+$/);
    expect(fields.message).toHaveLength(FIELD_CHARACTERS_MAX);
    expect(fields.stack!.length).toBeLessThanOrEqual(STACK_CHARACTERS_MAX);
    expect(Object.values(fields).every((field) => ['string', 'number'].includes(typeof field))).toBe(true);
    expect(JSON.stringify({ msg: line, ...fields }).split('\n')).toHaveLength(1);
  });

  test('are left out for a console, which stays readable', async () => {
    const warn = jest.fn();
    const lines = new Console(new PassThrough());
    lines.warn = warn;
    const { network, server } = simulatedPair({}, { server: { logger: lines } });
    network.inject(new Uint8Array(3), stranger, server.address);
    await network.advance(1);
    expect(warn.mock.calls).toEqual([['rpcudp: dropped 3 bytes from 10.6.6.6:6: too small']]);
  });
});

test('a logger that throws is reported and does no harm', async () => {
  const report = jest.spyOn(console, 'error').mockImplementation();
  const warn = (): never => {
    throw new Error('disk full');
  };
  const { network, server, client } = simulatedPair({}, { server: { logger: { ...silent, warn } } });
  network.inject(new Uint8Array(3), stranger, server.address);
  expect(report).toHaveBeenCalledWith(expect.stringMatching(/^rpcudp: the logger failed: Error: disk full/));
  expect(await network.until(client.add(1, 2))).toEqual({ received: true, value: 3 });
  report.mockRestore();
});

test('without a logger, a handler that failed goes to console.error, for nobody would hear of it otherwise', async () => {
  const error = jest.spyOn(console, 'error').mockImplementation();
  const { network, client } = simulatedPair({}, { server: { logger: undefined } as object });
  await network.until(client.fail('boom'));
  expect(error).toHaveBeenCalledWith(expect.stringMatching(/^rpcudp: Lab\.fail, called by .* failed: Error: boom\n/));
  error.mockRestore();
});

test('a logger is any object with four methods that take a line, such as the console', async () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  const { network, server } = simulatedPair({}, { server: { logger: console } });
  network.inject(new Uint8Array(3), stranger, server.address);
  await network.advance(1);
  expect(warn.mock.calls).toEqual([['rpcudp: dropped 3 bytes from 10.6.6.6:6: too small']]);
  warn.mockRestore();
});
