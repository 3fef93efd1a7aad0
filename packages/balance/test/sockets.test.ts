import { createClient } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { balance } from '../src/index';

interface Counter {
  next(id: string): string;
}

const CounterContract = defineService<Counter>('Counter', { next: {} });

test('over sockets: a server that drains hands its calls to the others, and none is lost or run twice', async () => {
  const runs = new Map<string, number>();
  const servers = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
      const next = (id: string): string => {
        runs.set(id, (runs.get(id) ?? 0) + 1);
        return name;
      };
      endpoint.serve(CounterContract, { next });
      return endpoint;
    }),
  );
  const caller = await UdpEndpoint.bind({ host: '127.0.0.1' });
  const channel = balance(caller, { targets: servers.map(({ address }) => `${address.host}:${address.port}`) });
  const counter = createClient(CounterContract, channel);
  const ids = Array.from({ length: 300 }, (_, n) => `${n}`);

  const before = await Promise.all(ids.slice(0, 150).map((id) => counter.next(id).orThrow()));
  const drained = servers[0]!.drain();
  const after = await Promise.all(ids.slice(150).map((id) => counter.next(id).orThrow()));
  expect(new Set(before)).toEqual(new Set(['a', 'b', 'c']));
  expect(new Set(after)).toEqual(new Set(['b', 'c']));
  expect([...runs.values()].every((count) => count === 1)).toBe(true);
  expect(runs.size).toBe(300);
  expect(channel.stats().targets.every(({ pending }) => pending === 0)).toBe(true);

  await drained;
  channel.close();
  await Promise.all([...servers, caller].map((endpoint) => endpoint.close()));
});
