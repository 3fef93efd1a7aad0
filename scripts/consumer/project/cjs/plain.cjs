// Plain JavaScript as CommonJS, without decorators.
const { createClient, orThrow } = require('@rpcudp/client');
const { defineService, rpcContext } = require('@rpcudp/core');
const { UdpEndpoint } = require('@rpcudp/udp');

const Greeter = defineService('Greeter', { sayHi: {} });
const implementation = {
  sayHi(name) {
    const { sender } = rpcContext();
    return `Hello ${name}, you live at ${sender.host}:${sender.port}`;
  },
};

async function main() {
  const server = await UdpEndpoint.bind();
  const client = await UdpEndpoint.bind();
  try {
    server.serve(Greeter, implementation);
    const greeter = orThrow(createClient(Greeter, client.peer(`127.0.0.1:${server.address.port}`)));
    console.log(await greeter.sayHi('Snake Plissken'));
  } finally {
    await client.close();
    await server.close();
  }
}

void main();
