import { once } from 'node:events';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocket, WebSocketServer } from 'ws';
import { answerOf, arrived, bytesOf, textOf } from './answer.js';

const { router, procedure } = initTRPC.create();
const exchanges = router({
  exchange: procedure
    .input((input) => input)
    .query(({ input }) => {
      bytesOf(input.argument);
      return textOf(answerOf(input.answerBytes));
    }),
});

export async function serve(host) {
  const wss = new WebSocketServer({ host, port: 0, perMessageDeflate: false });
  applyWSSHandler({ wss, router: exchanges });
  await once(wss, 'listening');
  return { port: wss.address().port };
}

export async function connect(host, { port }) {
  const client = createWSClient({ url: `ws://${host}:${port}`, WebSocket });
  const trpc = createTRPCClient({ links: [wsLink({ client })] });
  return {
    exchange(argument, answerBytes, timeoutMs) {
      const call = trpc.exchange.query({ argument: textOf(argument), answerBytes });
      return arrived(call.then(bytesOf), answerBytes, timeoutMs);
    },
    close: () => client.close(),
  };
}
