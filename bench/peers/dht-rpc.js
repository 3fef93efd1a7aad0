import { Buffer } from 'node:buffer';
import DHT from 'dht-rpc';
import { answerOf, arrived } from './answer.js';

const COMMAND = 0;
const HEADER_BYTES = 4;

export async function serve(host) {
  const node = new DHT({ bootstrap: false, host, port: 0, ephemeral: false, firewalled: false });
  node.on('request', (request) => request.reply(answerOf(request.value.readUInt32BE(0))));
  await node.fullyBootstrapped();
  return { port: node.address().port };
}

export async function connect(host, { port }) {
  const node = new DHT({ bootstrap: false, port: 0, ephemeral: true, firewalled: false });
  await node.fullyBootstrapped();
  return {
    exchange(argument, answerBytes, timeoutMs) {
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt32BE(answerBytes);
      const request = { token: null, command: COMMAND, target: null, value: Buffer.concat([header, argument]) };
      return arrived(
        node.request(request, { host, port }).then(({ value }) => value),
        answerBytes,
        timeoutMs,
      );
    },
    close: () => node.destroy(),
  };
}
