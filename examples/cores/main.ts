import { createClient, type Client } from '@rpcudp/client';
import { RpcError } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { serveOnCores } from '@rpcudp/udp/cores';

import { Primes } from './prime-service';

async function main(): Promise<void> {
  await using cores = await serveOnCores(require.resolve('./worker'), {
    host: '127.0.0.1',
    count: 2,
    onDeath: ({ restartMs }) => console.log(`A worker died; another one takes its place in ${restartMs} ms.`),
  });

  // Each endpoint is a caller of its own. Whom it reaches is by chance, and stays.
  const callers: Client<Primes>[] = [];
  const workers = new Set<number>();
  while (callers.length < 8 || workers.size < 2) {
    const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
    const caller = createClient(Primes, endpoint.unref().peer(cores.address));
    workers.add(await caller.worker().orThrow());
    callers.push(caller);
  }
  const counts = await Promise.all(callers.map((caller) => caller.count(10_000).orThrow()));
  console.log(`Callers at one port: ${workers.size} workers answered, each ${counts[0]} primes.`);

  await callers[0]!.crash().then(
    () => undefined,
    (error: unknown) => {
      const { code, executed } = RpcError.from(error);
      console.log(`Its caller hears: ${code}, executed: ${executed}.`);
    },
  );
  console.log(`And goes on: ${await callers[0]!.count(10_000).orThrow()} primes.`);
}

void main();
