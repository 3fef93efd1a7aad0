import { createInterface } from 'node:readline';
import { createClient, orThrow } from '@rpcudp/client';
import { RpcError } from '@rpcudp/core';
import { loadKeyPair, type AuthorizedCall } from '@rpcudp/core/security';
import { UdpEndpoint } from '@rpcudp/udp';
import { Chat, Listener } from './chat';

async function main(): Promise<void> {
  const [address = '127.0.0.1:1234', publicKey = '', keyFile = ''] = process.argv.slice(2);
  // A member serves, too, and lets nobody call it but the server.
  const authorize = (call: AuthorizedCall): boolean => call.publicKey === publicKey;
  await using endpoint = await UdpEndpoint.bind({ security: { keyPair: loadKeyPair(keyFile), authorize } });
  endpoint.serve(Listener, { heard: (name, text) => console.log(`${name}: ${text}`) });

  // Whoever answers at that address has to own the key, or nothing is said.
  const chat = orThrow(createClient(Chat, endpoint.peer(address, { publicKey })));
  console.log(`Here are ${(await chat.join()).join(' and ')}.`);
  for await (const line of createInterface({ input: process.stdin })) {
    const heard = await chat.say(line);
    console.log(heard.length === 0 ? 'Nobody heard that.' : `Heard by ${heard.join(' and ')}.`);
  }
}

main().catch((error: unknown) => {
  const { code, message } = RpcError.from(error);
  console.log(`${code}: ${message}`);
  process.exitCode = 1;
});
