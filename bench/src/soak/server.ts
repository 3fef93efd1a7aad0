/** The server's half of the soak, in a process of its own: says its port, and on request its memory and what it did. */
import { UdpEndpoint } from '@rpcudp/udp';
import { MemoryWatch, type MemoryFigures } from './memory';
import { Soaked } from './service';

/** What the server answers when it is asked. */
export interface ServerFigures extends MemoryFigures {
  readonly runs: number;
  /** How many values of streams were pulled out of their source. */
  readonly pulled: number;
}

async function main(): Promise<void> {
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1' });
  const soaked = new Soaked();
  endpoint.serve(soaked);
  const watch = new MemoryWatch();
  process.on('message', () => {
    const { runs, pulled } = soaked;
    process.send?.({ ...watch.figures(), runs, pulled } satisfies ServerFigures);
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ port: endpoint.address.port });
}

void main();
