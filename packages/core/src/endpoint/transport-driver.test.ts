import { FakePorts } from '../../test/fake-ports';
import type { StartedCall } from '../calling/started-call';
import type { CallOutput, IncomingRequest, Refusal, TransportEngine } from '../engine/engine';
import { RpcError } from '../errors';
import { defineService } from '../service/define-service';
import { serviceOf } from '../serving/serve';
import { driverOptions, type EndpointOptions } from './options';
import { TransportDriver } from './transport-driver';

/** Hands each call to the very driver that made it. */
class Loop implements TransportEngine<StartedCall> {
  readonly wire = 'nats';
  readonly traits = {
    carriesMetadata: true,
    namesServices: true,
    tellsReadiness: false,
    refuses: true,
    describeCollision: () => 'have one name',
  };
  readonly #outputs: CallOutput<StartedCall>[] = [];
  readonly #calls = new Map<IncomingRequest, StartedCall>();
  closed = false;

  wireMethod(service: Uint8Array, method: Uint8Array) {
    return { key: Buffer.concat([service, Buffer.from('.'), method]).toString(), bytes: method };
  }

  call(call: StartedCall): StartedCall {
    const request: IncomingRequest = {
      from: call.to,
      via: undefined,
      method: call.method.key,
      args: call.args,
      delivery: call.delivery,
      oneWay: call.oneWay,
      metadata: call.metadata,
      deadline: call.deadline,
      deadlineFromCaller: true,
    };
    this.#calls.set(request, call);
    this.#outputs.push({ kind: 'request', request });
    return call;
  }

  respond(request: IncomingRequest, payload: Uint8Array): boolean {
    this.#outputs.push({ kind: 'response', call: this.#calls.get(request)!, payload });
    return true;
  }

  refuse(request: IncomingRequest, { code, executed, payload }: Refusal): void {
    this.#outputs.push({ kind: 'failure', call: this.#calls.get(request)!, code, executed, origin: 'remote', payload });
  }

  fail(call: StartedCall, error: RpcError): void {
    this.#outputs.push({ kind: 'failed', call, error });
  }

  cancel(): void {}

  wasSent(): boolean {
    return true;
  }

  acknowledged() {
    return { acknowledgedBytes: 0, inParts: false };
  }

  wake(): void {}

  close(): void {
    this.closed = true;
  }

  settle(): number {
    return Infinity;
  }

  takeOutput() {
    return this.#outputs.shift();
  }
}

interface Sums {
  add(a: number, b: number): number;
  wait(): Promise<string>;
  [others: string]: (...args: never[]) => unknown;
}

const Sums = defineService<Sums>('Sums', { add: {}, wait: {} });

function looped(options: EndpointOptions = {}) {
  const ports = Object.assign(new FakePorts(), { received: () => 0 });
  const engine = new Loop();
  const driver = new TransportDriver(ports, engine, driverOptions(options));
  let finish!: (value: string) => void;
  const waiting = new Promise<string>((resolve) => (finish = resolve));
  const sums = { add: (a: number, b: number) => a + b, wait: () => waiting };
  driver.serve(serviceOf(Sums, [sums]));
  const channel = driver.channel({ remote: 'the loop' });
  const call = (name: string, args: unknown[] = []) => channel.call(Sums.methods.get(name)!, args);
  return { ports, engine, driver, channel, call, finish };
}

test('a call goes to the handler and back, and is counted, without a datagram', async () => {
  const { call, driver } = looped();
  await expect(call('add', [1, 2])).resolves.toEqual({ received: true, value: 3 });
  expect(driver.stats()).toMatchObject({ calls: { answered: 1 }, requests: { answered: 1 }, pendingCalls: 0 });
});

test('interceptors of both sides stand around it', async () => {
  const seen: string[] = [];
  const client = (request: { method: { name: string } }, next: (request: never) => never) => {
    seen.push(`client ${request.method.name}`);
    return next(request as never);
  };
  const server = (request: { method: { name: string } }, next: (request: never) => never) => {
    seen.push(`server ${request.method.name}`);
    return next(request as never);
  };
  const { call } = looped({ interceptors: { client: [client as never], server: [server as never] } });
  await expect(call('add', [1, 2])).resolves.toEqual({ received: true, value: 3 });
  expect(seen).toEqual(['client add', 'server add']);
});

test('an error that only the transport can tell of ends the call as it is', async () => {
  const { call, engine, driver } = looped();
  const waiting = call('wait');
  const error = new RpcError('UNAVAILABLE', 'The broker has gone.', { executed: 'unknown' });
  engine.fail(waiting as StartedCall, error);
  driver.changed();
  await expect(waiting).rejects.toBe(error);
});

test('draining waits for handlers, and says that nothing is left', async () => {
  const { call, driver, finish } = looped();
  const waiting = call('wait');
  const drained = driver.drain(1000);
  finish('done');
  await expect(waiting).resolves.toEqual({ received: true, value: 'done' });
  await expect(drained).resolves.toEqual({ complete: true, runningHandlers: 0, endedStreams: 0 });
});

test('closing ends draining, calls and handlers, and then no call can be made', async () => {
  const { call, driver, engine } = looped();
  const waiting = call('wait');
  const drained = driver.drain(1000);
  const closed = driver.close(0);
  await expect(drained).resolves.toMatchObject({ complete: false, runningHandlers: 1 });
  driver.changed();
  void closed;
  expect(engine.closed).toBe(false);
  const late = call('add', [1, 2]);
  await expect(late).rejects.toMatchObject({ code: 'CLOSED', executed: 'no' });
  void waiting.then(undefined, () => undefined);
});
