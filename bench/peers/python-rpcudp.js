import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createClient } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';

/** A server of the Python library, which prints its port. */
const SERVER = `
import asyncio
from rpcudp.protocol import RPCProtocol

class Exchanges(RPCProtocol):
    def rpc_exchange(self, sender, argument, answer_bytes):
        return bytes(answer_bytes)

async def main():
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Exchanges, local_addr=("127.0.0.1", 0))
    print(transport.get_extra_info("sockname")[1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
`;

const Exchanges = defineService('Exchanges', { exchange: {} });

/** Its processor time is in no figure: it is no child of Node's. */
export async function serve() {
  const server = spawn('python3', ['-c', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => server.kill());
  const [line] = await once(server.stdout, 'data');
  return { port: Number(line.toString()) };
}

/** Called by this framework on the wire that both speak. */
export async function connect(host, { port }) {
  const endpoint = await UdpEndpoint.bind({ host, wires: ['rpcudp'] });
  const exchanges = createClient(Exchanges, endpoint.peer({ host, port }));
  return {
    async exchange(argument, answerBytes) {
      const reply = await exchanges.exchange(argument, answerBytes);
      return reply.received && reply.value.length === answerBytes;
    },
    close: () => endpoint.close(),
  };
}
