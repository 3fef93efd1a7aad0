// A class compiled to CommonJS, served and called by ESM: two copies of the core meet in one process.
import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import greeterModule from '../legacy/dist/greeter.js';

const { Greeter } = greeterModule;
const server = await UdpEndpoint.bind();
const client = await UdpEndpoint.bind();
try {
  server.serve(new Greeter());
  const greeter = createClient(Greeter, client.peer(`127.0.0.1:${server.address.port}`));
  console.log(await greeter.sayHi('Snake Plissken').orThrow());
} finally {
  await client.close();
  await server.close();
}
