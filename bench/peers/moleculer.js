import { ServiceBroker } from 'moleculer';
import { answerOf, arrived, bytesOf, textOf } from './answer.js';

/** Nodes that know each other by address, since there is no multicast between namespaces. */
function newBroker(nodeID, urls) {
  return new ServiceBroker({
    nodeID,
    logger: false,
    transporter: {
      type: 'TCP',
      options: { udpDiscovery: false, urls, useHostname: false, maxPacketSize: 64 * 1024 * 1024 },
    },
  });
}

export async function serve() {
  const broker = newBroker('server', []);
  broker.createService({
    name: 'exchanges',
    actions: {
      exchange: ({ params }) => {
        bytesOf(params.argument);
        return textOf(answerOf(params.answerBytes));
      },
    },
  });
  await broker.start();
  return { port: broker.registry.nodes.localNode.port };
}

export async function connect(host, { port }) {
  const broker = newBroker('caller', [`${host}:${port}/server`]);
  await broker.start();
  await broker.waitForServices('exchanges', 20_000);
  return {
    exchange(argument, answerBytes, timeoutMs) {
      const params = { argument: textOf(argument), answerBytes };
      return arrived(
        broker.call('exchanges.exchange', params, { timeout: timeoutMs === Infinity ? 0 : timeoutMs }).then(bytesOf),
        answerBytes,
        timeoutMs,
      );
    },
    close: () => broker.stop(),
  };
}
