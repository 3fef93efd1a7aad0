/** `logging()`, on both sides. */
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { RpcError, type Logger } from '../../../src/index';
import { logging, type ServerInterceptor } from '../../../src/interceptors';
import type { LogFields } from '../../../src/endpoint';
import { clockOf } from './clock-of';
import { all, errorOf, worldOf } from './world';

class Lines implements Logger {
  readonly lines: string[] = [];
  readonly fields: LogFields[] = [];
  debug = (line: string, fields: LogFields): void => this.#keep('debug', line, fields);
  info = (line: string, fields: LogFields): void => this.#keep('info', line, fields);
  warn = (line: string, fields: LogFields): void => this.#keep('warn', line, fields);
  error = (line: string, fields: LogFields): void => this.#keep('error', line, fields);

  #keep(level: string, line: string, fields: LogFields): void {
    this.lines.push(`${level} ${line}`);
    this.fields.push(fields);
  }
}

const refusing: ServerInterceptor = (call, next) => {
  if (call.method.property === 'balance') throw new RpcError('PERMISSION_DENIED', 'Not "you"\n.');
  return next(call);
};

describe('logging()', () => {
  test('on the client, logs each call with what came of it, and nothing that was said in it', async () => {
    const logger = new Lines();
    const { network, server, client } = worldOf({ served: [refusing], conditions: { latencyMs: 10 } });
    const logged = client({ timeoutMs: 100, interceptors: [logging({ logger, clock: clockOf(network) })] });
    await network.until(logged.add(1, 2));
    await network.until(errorOf(logged.balance()));
    await network.until(all(logged.count(3)));
    for await (const value of leaving(logged.count(9))) expect(value).toBe(1);
    network.disconnect(server);
    await network.until(logged.add(1, 2));
    expect(logger.lines).toEqual([
      'info rpcudp: Desk.add at 10.0.0.1:1: answered in 20.0 ms',
      'warn rpcudp: Desk.balance at 10.0.0.1:1: PERMISSION_DENIED "Not \\"you\\"\\u{a}." after 20.0 ms',
      expect.stringMatching(/^info rpcudp: Desk\.count at 10\.0\.0\.1:1: answered in [\d.]+ ms, 3 values$/),
      expect.stringMatching(/^info rpcudp: Desk\.count at 10\.0\.0\.1:1: left by its reader after [\d.]+ ms, 1 value$/),
      'warn rpcudp: Desk.add at 10.0.0.1:1: no response within 100.0 ms',
    ]);
    expect(logger.fields[0]).toEqual({
      event: 'call-ended',
      service: 'Desk',
      method: 'add',
      peer: '10.0.0.1:1',
      outcome: 'answered',
      durationMs: expect.closeTo(20, 1) as number,
    });
    expect(logger.fields[1]).toMatchObject({ outcome: 'failed', code: 'PERMISSION_DENIED', executed: 'no' });

    async function* leaving<T>(values: AsyncIterable<T>): AsyncGenerator<T> {
      const iterator = values[Symbol.asyncIterator]();
      const first = await network.until(iterator.next());
      if (first.done !== true) yield first.value;
      await iterator.return?.();
      await network.advance(0);
    }
  });

  test('on the server, logs what handlers gave, also at once', async () => {
    const logger = new Lines();
    const { network, client } = worldOf({
      served: [logging({ logger, clock: { now: () => 0, setTimer: () => () => undefined } })],
    });
    await network.until(client().add(1, 2));
    await network.until(client().slow());
    await network.until(errorOf(client().fail()));
    expect(logger.lines).toEqual([
      'info rpcudp: Desk.add for 10.0.0.2:2: answered in 0.0 ms',
      'info rpcudp: Desk.slow for 10.0.0.2:2: answered in 0.0 ms',
      'warn rpcudp: Desk.fail for 10.0.0.2:2: failed after 0.0 ms',
    ]);
    expect(logger.fields[2]).toMatchObject({
      event: 'request-ended',
      code: 'INTERNAL',
      message: 'a secret of the server',
    });
  });

  test('writes whole lines to a console, and a logger that fails ends no call', async () => {
    const written: string[] = [];
    const out = new PassThrough();
    out.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const failing = new Lines();
    failing.info = () => {
      throw new Error('full');
    };
    const { network, client } = worldOf({
      served: [logging({ logger: new Console(out) }), logging({ logger: failing })],
    });
    expect(await network.until(client().add(1, 2))).toEqual({ received: true, value: 3 });
    expect(written.join('')).toMatch(/^rpcudp: Desk\.add for 10\.0\.0\.2:2: answered in [\d.]+ ms\n$/);
    expect(told).toHaveBeenCalledWith(expect.stringContaining('rpcudp: the logger failed: Error: full'));
    told.mockRestore();
  });

  test.each([[undefined], [{}], [{ info: 1 }]])('takes no logger that is none: %p', (logger) => {
    expect(() => logging({ logger } as never)).toThrow('logger must have the methods debug, info, warn and error');
  });
});
