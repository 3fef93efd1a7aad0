import { createInterface } from 'node:readline';
import { createClient } from '@rpcudp/client';
import { KademliaNode, type Contact } from '@rpcudp/kademlia';
import { UdpEndpoint } from '@rpcudp/udp';
import { Chat } from './chat';

async function main([bootstrap, room, name]: string[]): Promise<void> {
  if (bootstrap === undefined || room === undefined || name === undefined)
    throw new Error('ts-node member.ts HOST:PORT ROOM NAME');
  await using endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
  endpoint.serve(new Chat((who, text) => console.log(`${who}: ${text}`)));
  const node = await KademliaNode.join(endpoint, { bootstrap: [bootstrap], k: 3 });
  await node.provide(room);
  console.log(`${name} is in ${room}.`);

  const isOther = ({ id }: Contact): boolean => Buffer.compare(id, node.id) !== 0;
  for await (const text of createInterface({ input: process.stdin })) {
    let heard = 0;
    for await (const contact of node.providers(room)) {
      if (!isOther(contact)) continue;
      const reply = await createClient(Chat, endpoint.peer(contact.address)).post(name, text);
      if (reply.received) heard += 1;
    }
    console.log(`Heard by ${heard}.`);
  }
  node.stopProviding(room);
  await node.leave();
}

void main(process.argv.slice(2));
