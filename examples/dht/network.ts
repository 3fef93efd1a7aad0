import { KademliaNode, type HeldRecord } from '@rpcudp/kademlia';
import { UdpEndpoint } from '@rpcudp/udp';
import { History } from './chat';

/** Nodes that hold a value. The usual 20 would be all ten of this network. */
const k = 3;

/** A node that tells what it holds. */
async function start(port: number, bootstrap: readonly string[]): Promise<number> {
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', port });
  endpoint.serve(new History());
  const node = await KademliaNode.join(endpoint, { bootstrap, k });
  const { address } = endpoint;
  node.on('stored', (held) => console.log(`${address.port} holds ${textOf(held)}`));
  return address.port;
}

function textOf({ key, record }: HeldRecord): string {
  const digest = Buffer.from(key).toString('hex').slice(0, 8);
  return record.kind === 'scalar' ? `${digest}…: ${String(record.value)}` : `${digest}…, ${record.kind}`;
}

async function main(): Promise<void> {
  const [port = 8500, count = 10] = process.argv.slice(2).map(Number);
  const first = await start(port, []);
  for (let more = 1; more < count; more += 1) await start(port === 0 ? 0 : port + more, [`127.0.0.1:${first}`]);
  console.log(`${count} nodes are there. Join by 127.0.0.1:${first}, port ${first}.`);
}

void main();
