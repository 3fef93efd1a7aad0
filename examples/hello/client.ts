import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { Greeter } from './greeter';

async function main(): Promise<void> {
  await using endpoint = await UdpEndpoint.bind(); // any free port
  const greeter = createClient(Greeter, endpoint.peer(`127.0.0.1:${process.argv[2] ?? 1234}`));
  const reply = await greeter.sayHi('Snake Plissken');
  console.log(reply.received ? reply.value : 'No response received.');
}

void main();
