import { createClient, orThrow } from '@rpcudp/client';
import { defineService, rpcContext } from '@rpcudp/core';
import { generateKeyPair } from '@rpcudp/core/security';
import { UdpEndpoint } from '../src/index';

interface Safe {
  open(name: string): string;
}

const Safe = defineService<Safe>('Safe', { open: {} });

const [server, caller] = [generateKeyPair(), generateKeyPair()];

async function bind(security: object): Promise<UdpEndpoint> {
  return UdpEndpoint.bind({ host: '127.0.0.1', security });
}

test('a thousand encrypted calls on sockets, and a thousand by another endpoint of the caller at another port', async () => {
  await using serving = await bind({ keyPair: server, authorize: isCaller });
  serving.serve(Safe, { open: (name) => `${name} for ${String(rpcContext().identity?.publicKey)}` });
  for (let round = 0; round < 2; round += 1) {
    await using calling = await bind({ keyPair: caller });
    const { publicKey } = server;
    const client = orThrow(createClient(Safe, calling.peer({ ...serving.address }, { publicKey })));
    const results = await Promise.all(Array.from({ length: 1000 }, (_, call) => client.open(`call ${call}`)));
    expect(results[999]).toBe(`call 999 for ${caller.publicKey}`);
    expect(new Set(results).size).toBe(1000);
  }
  const stranger = await bind({});
  const client = createClient(Safe, stranger.peer({ ...serving.address }, { publicKey: server.publicKey }));
  await expect(client.open('gold')).rejects.toMatchObject({ code: 'PERMISSION_DENIED', executed: 'no' });
  await stranger.close();
});

function isCaller({ publicKey }: { readonly publicKey: string | undefined }): boolean {
  return publicKey === caller.publicKey;
}
