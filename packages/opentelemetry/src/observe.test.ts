import { createClient } from '@rpcudp/client';
import { RpcMethod, RpcService } from '@rpcudp/core';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import { Recorder } from '../test/recorder';
import { observe } from './index';

@RpcService('Echo')
class Echo {
  @RpcMethod()
  echo(word: string): string {
    return word;
  }
}

test('the counters of an endpoint are metrics, of which none names a peer', async () => {
  const recorder = new Recorder();
  const network = new SimulatedNetwork();
  const server = network.bind();
  const caller = network.bind();
  server.serve(new Echo());
  const client = createClient(Echo, caller.peer(server.address));
  const observation = observe(caller, recorder.meterProvider.getMeter('test'), { attributes: { endpoint: 'caller' } });

  await network.until(client.echo('word').orThrow());
  const metrics = await recorder.metrics();

  const endpoint = 'caller';
  const point = (value: number, attributes: object = {}): object => ({
    value,
    attributes: { endpoint, ...attributes },
  });
  const outcome = (value: number, word: string): object => point(value, { 'rpcudp.outcome': word });
  expect(metrics.get('rpcudp.calls')).toEqual([
    ...[outcome(1, 'answered'), outcome(0, 'silent'), outcome(0, 'failed'), outcome(0, 'cancelled')],
  ]);
  expect(metrics.get('rpcudp.calls.pending')).toEqual([point(0)]);
  expect(metrics.get('rpcudp.peers')).toEqual([point(1)]);
  const { sent, received, bytesSent, bytesReceived } = caller.stats().datagrams;
  const ways = (out: number, back: number): object[] => [
    point(out, { 'network.io.direction': 'transmit' }),
    point(back, { 'network.io.direction': 'receive' }),
  ];
  expect(metrics.get('rpcudp.datagrams')).toEqual(ways(sent, received));
  expect(metrics.get('rpcudp.io')).toEqual(ways(bytesSent, bytesReceived));
  expect(metrics.get('rpcudp.dropped')).toHaveLength(Object.keys(caller.stats().dropped).length);
  expect([...metrics.keys()].sort()).toEqual([
    ...['rpcudp.calls', 'rpcudp.calls.pending', 'rpcudp.datagrams', 'rpcudp.datagrams.refused', 'rpcudp.dropped'],
    ...['rpcudp.handlers.running', 'rpcudp.io', 'rpcudp.peers', 'rpcudp.requests'],
  ]);
  const attributes = [...metrics.values()].flat().flatMap((each) => Object.values(each.attributes) as unknown[]);
  expect(attributes).not.toContain(server.address.host);

  observation[Symbol.dispose]();
  await network.until(client.echo('word').orThrow());
  expect(caller.stats().calls.answered).toBe(2);
  expect((await recorder.metrics()).get('rpcudp.calls')).toContainEqual(outcome(1, 'answered'));
});
