import { once } from 'node:events';
import { RpcTarget, newWebSocketRpcSession } from 'capnweb';
import { WebSocket, WebSocketServer } from 'ws';
import { answerOf, arrived } from './answer.js';

// It asks the class of the platform for its constants, and Node has had one since 22.
globalThis.WebSocket ??= WebSocket;

class Exchanges extends RpcTarget {
  exchange(_argument, answerBytes) {
    return answerOf(answerBytes);
  }
}

export async function serve(host) {
  const wss = new WebSocketServer({ host, port: 0, perMessageDeflate: false });
  wss.on('connection', (socket) => newWebSocketRpcSession(socket, new Exchanges()));
  await once(wss, 'listening');
  return { port: wss.address().port };
}

export async function connect(host, { port }) {
  const socket = new WebSocket(`ws://${host}:${port}`, { perMessageDeflate: false });
  await once(socket, 'open');
  const exchanges = newWebSocketRpcSession(socket);
  return {
    exchange: (argument, answerBytes, timeoutMs) =>
      arrived(exchanges.exchange(argument, answerBytes), answerBytes, timeoutMs),
    async close() {
      socket.terminate();
    },
  };
}
