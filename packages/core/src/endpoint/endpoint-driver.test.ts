import { createClient } from '@rpcudp/client';
import type { Transmit } from '../ports';
import { FakePorts } from '../../test/fake-ports';
import type { Address } from '../address';
import type { ChannelOptions } from '../calling/endpoint-channel';
import type { RpcPeer } from '../channel';
import { RpcError } from '../errors';
import { defineService } from '../service/define-service';
import { EndpointDriver } from './endpoint-driver';
import { driverOptions, type EndpointOptions } from './options';

interface Adder {
  add(a: number, b: number): number;
}

interface Relay {
  relay(): Promise<number>;
}

const Adder = defineService<Adder>('Adder', { add: {} });
const Relay = defineService<Relay>('Relay', { relay: {} });

/** Ports through which a datagram has left as soon as it is given to them, so that its memory may be written again. */
class LendingPorts extends FakePorts {
  readonly memories = new Set<ArrayBufferLike>();

  readonly hasSentAll = (): boolean => true;

  override send(transmit: Transmit, failed: (transmit: Transmit, error: RpcError) => void): void {
    this.memories.add(transmit.datagram.buffer);
    super.send({ ...transmit, datagram: transmit.datagram.slice() }, failed);
  }
}

/** An endpoint whose event loop and clock are moved by hand. */
class Stage {
  readonly ports: FakePorts;
  readonly driver: EndpointDriver;
  readonly address: Address;

  constructor(port: number, options: EndpointOptions = {}, ports = new FakePorts()) {
    this.address = { host: '10.0.0.1', port };
    this.ports = ports;
    this.driver = new EndpointDriver(this.ports, driverOptions({ logLevel: 'silent', ...options }));
  }

  to({ address }: Stage, options: ChannelOptions = {}): RpcPeer {
    return this.driver.channel(address, options);
  }

  /** Reads what another has sent. */
  read(from: Stage): void {
    from.ports.deliver(this.address, from.address, (datagram, sender) => this.driver.receive(datagram, sender));
  }
}

function adder(port: number, options: EndpointOptions = {}): Stage {
  const stage = new Stage(port, options);
  stage.driver.serve({ contract: Adder, implementation: { add: (a: number, b: number) => a + b } });
  return stage;
}

describe.each(['native', 'rpcudp'] as const)('when the event loop has stood still, on the %s wire', (wire) => {
  const wires = [wire];

  test('an answer that lies in the socket’s buffer counts, though the deadline is over', async () => {
    const [caller, server] = [new Stage(1, { wires }), adder(2, { wires })];
    const call = createClient(Adder, caller.to(server)).add(1, 2);
    caller.ports.turn();
    server.read(caller);
    // Six seconds in which nothing is read and no timer goes off.
    caller.ports.time += 6000;
    caller.ports.runTimers();
    caller.read(server);
    caller.ports.endTurn();
    expect(await call).toEqual({ received: true, value: 3 });
  });

  test('silence stays silence', async () => {
    const caller = new Stage(1, { wires });
    const call = createClient(Adder, caller.to(adder(2, { wires }))).add(1, 2);
    caller.ports.turn();
    caller.ports.time += 6000;
    caller.ports.turn();
    expect(await call).toEqual({ received: false });
  });

  test('a handler that waits for such an answer is finished by close(), though its grace is over', async () => {
    const [caller, relay, server] = [new Stage(1, { wires }), new Stage(2, { wires }), adder(3, { wires })];
    const deeper = createClient(Adder, relay.to(server));
    relay.driver.serve({ contract: Relay, implementation: { relay: () => deeper.add(1, 2).orThrow() } });
    const call = createClient(Relay, caller.to(relay)).relay();
    relay.read(caller);
    relay.ports.turn();
    const closing = relay.driver.close(100);
    server.read(relay);
    relay.ports.time += 200;
    relay.ports.runTimers();
    relay.read(server);
    await new Promise(setImmediate);
    relay.ports.endTurn();
    await closing;
    caller.read(relay);
    expect(await call).toEqual({ received: true, value: 3 });
  });
});

describe('when the system refuses the first datagram to a peer', () => {
  const refusal = new RpcError('UNAVAILABLE', 'Nobody seems to listen there.');

  test('calls end with what it said, but for those that wait for their peer', async () => {
    const [caller, server] = [new Stage(1), adder(2)];
    caller.ports.refusal = refusal;
    const hasty = createClient(Adder, caller.to(server)).add(1, 2);
    const patient = createClient(Adder, caller.to(server, { waitForReady: true })).add(3, 4);
    const ready = caller.to(server).ready();
    caller.ports.turn();
    caller.ports.turn();
    await expect(hasty).rejects.toBe(refusal);
    expect(caller.driver.stats().pendingCalls).toBe(2);
    caller.ports.refusal = undefined;
    for (let turn = 0; turn < 200 && caller.driver.stats().pendingCalls > 0; turn += 1) {
      for (const { ports } of [caller, server]) ports.time += 20;
      caller.ports.turn();
      server.read(caller);
      server.ports.turn();
      caller.read(server);
    }
    expect(await Promise.all([patient, ready])).toEqual([{ received: true, value: 7 }, true]);
  });
});

test('what a wide window lets go at once leaves by and by, in the same few pieces of memory', async () => {
  interface Sink {
    take(bytes: Uint8Array): number;
  }
  const Sink = defineService<Sink>('Sink', { take: {} });
  const options: EndpointOptions = {
    datagramBytes: 32_768,
    messageBytesMax: 32 << 20,
    congestionControl: 'new-reno',
    timeoutMs: 60_000,
  };
  const ports = new LendingPorts();
  const [caller, server] = [new Stage(1, options, ports), new Stage(2, options)];
  server.driver.serve({ contract: Sink, implementation: { take: (bytes: Uint8Array) => bytes.length } });
  const call = createClient(Sink, caller.to(server)).take(new Uint8Array(24 << 20));
  let most = 0;
  while (caller.driver.stats().pendingCalls > 0) {
    for (const stage of [caller, server]) stage.ports.time += 2;
    caller.ports.turn();
    most = Math.max(most, ports.sent.length);
    server.read(caller);
    server.ports.turn();
    caller.read(server);
  }
  expect(await call).toEqual({ received: true, value: 24 << 20 });
  // More than all pieces that are kept.
  expect(most).toBeGreaterThan(2 * 16);
  expect(ports.memories.size).toBeLessThan(8);
});
