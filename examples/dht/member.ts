import { createInterface } from 'node:readline';
import { createClient } from '@rpcudp/client';
import { KademliaNode } from '@rpcudp/kademlia';
import { UdpEndpoint } from '@rpcudp/udp';
import { Chat, History } from './chat';

async function main([bootstrap, room, name]: string[]): Promise<void> {
  if (bootstrap === undefined || room === undefined || name === undefined)
    throw new Error('ts-node member.ts HOST:PORT ROOM NAME');
  await using endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
  endpoint.serve(new Chat((line) => console.log(line)));
  // Only asks, and holds nothing for others: members come and go.
  const node = await KademliaNode.join(endpoint, { bootstrap: [bootstrap], k: 3, client: true });

  /** Tells every member but this one. How many have heard it. */
  async function tell(line: string): Promise<number> {
    const replies = [];
    for await (const { address, key } of node.providers(room!))
      if (key !== Buffer.from(node.id).toString('hex'))
        replies.push(createClient(Chat, endpoint.peer(address)).post(line));
    return (await Promise.all(replies)).filter(({ received }) => received).length;
  }

  const history = createClient(History, node.nearest(room));
  const said = await history.last(room);
  if (said.received) for (const line of said.value) console.log(line);
  await node.provide(room);
  console.log(`${name} is in ${room}.`);
  for await (const text of createInterface({ input: process.stdin })) {
    const line = `${name}: ${text}`;
    await history.add(room, line);
    console.log(`Heard by ${await tell(line)}.`);
  }
  await node.leave();
}

void main(process.argv.slice(2));
