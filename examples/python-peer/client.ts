import { createClient } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';

// A Python peer has no class to share, so its methods are declared.
interface Node {
  ping(nodeId: Uint8Array): Uint8Array;
  findNode(key: Uint8Array): [id: Uint8Array, host: string, port: number][];
}
const Node = defineService<Node>('Node', { ping: {}, findNode: { name: 'find_node' } });

async function main(): Promise<void> {
  await using endpoint = await UdpEndpoint.bind({ wires: ['rpcudp'] });
  const node = createClient(Node, endpoint.peer(`127.0.0.1:${process.argv[2] ?? 8468}`, { wire: 'rpcudp' }));

  const pong = await node.ping(Buffer.from('typescript client'.padEnd(20, '.')));
  console.log(pong.received ? `ping: ${Buffer.from(pong.value).toString()}` : 'No response received.');

  const found = await node.findNode(Buffer.alloc(20, 'k'));
  console.log(found.received ? `find_node: ${found.value.length} nodes` : 'No response received.');
}

void main();
