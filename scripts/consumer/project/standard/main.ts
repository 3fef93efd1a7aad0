import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { Greeter } from './greeter.js';

await using server = await UdpEndpoint.bind();
server.serve(new Greeter());
await using client = await UdpEndpoint.bind();
const greeter = createClient(Greeter, client.peer(`127.0.0.1:${server.address.port}`));
const reply = await greeter.sayHi('Snake Plissken');
console.log(reply.received ? reply.value : 'No response received.');
