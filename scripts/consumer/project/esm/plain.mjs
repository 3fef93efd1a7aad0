// Plain JavaScript as ESM: without decorators, and without a socket until there is an endpoint.
import { createClient } from '@rpcudp/client';
import { defineService, rpcContext } from '@rpcudp/core';

if (loaded('dgram')) throw new Error('@rpcudp/client and @rpcudp/core load node:dgram.');
const { UdpEndpoint } = await import('@rpcudp/udp');
if (!loaded('dgram')) throw new Error('This Node does not tell which of its modules are loaded.');

const Greeter = defineService('Greeter', { sayHi: {} });
const server = await UdpEndpoint.bind();
const client = await UdpEndpoint.bind();
try {
  server.serve(Greeter, {
    sayHi(name) {
      const { sender } = rpcContext();
      return `Hello ${name}, you live at ${sender.host}:${sender.port}`;
    },
  });
  const greeter = createClient(Greeter, client.peer(`127.0.0.1:${server.address.port}`));
  console.log(await greeter.sayHi('Snake Plissken').orThrow());
} finally {
  await client.close();
  await server.close();
}

function loaded(name) {
  return process.moduleLoadList.includes(`NativeModule ${name}`);
}
