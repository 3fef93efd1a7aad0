/** The server half: an endpoint of its own (0 workers), or so many workers at one port. */
import { UdpEndpoint } from '@rpcudp/udp';
import { serveOnCores } from '@rpcudp/udp/cores';
import { Desk } from './desk';

async function main(): Promise<void> {
  const count = Number(process.argv[2]);
  process.on('disconnect', () => process.exit());
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ processorMicros: user + system });
  });
  if (count > 0) {
    const cores = await serveOnCores(require.resolve('./worker'), { host: '127.0.0.1', count });
    process.send?.({ port: cores.address.port });
    return;
  }
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
  endpoint.serve(new Desk());
  process.send?.({ port: endpoint.address.port });
}

void main();
