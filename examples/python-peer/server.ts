import { RpcMethod, RpcService, rpcContext } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';

type Triple = [id: Uint8Array, host: string, port: number];

@RpcService('Node')
class Node {
  @RpcMethod()
  ping(_nodeId: Uint8Array): Uint8Array {
    return Buffer.from('typescript node'.padEnd(20, '.'));
  }

  // Methods have flat names on the rpcudp wire, so a Python peer's find_node is this one.
  @RpcMethod({ name: 'find_node' })
  findNode(key: Uint8Array): Triple[] {
    const { sender } = rpcContext();
    return [
      [Buffer.alloc(20, 'a'), '10.0.0.1', 8468],
      [key, sender.host, sender.port],
    ];
  }
}

async function main(): Promise<void> {
  const endpoint = await UdpEndpoint.bind({ port: Number(process.argv[2] ?? 8468), wires: ['rpcudp'] });
  endpoint.serve(new Node());
  console.log(`TypeScript node listens on port ${endpoint.address.port}.`);
}

void main();
