import { Buffer } from 'node:buffer';
import { Client, Server, ServerCredentials, credentials } from '@grpc/grpc-js';
import { answerOf, arrived } from './answer.js';

const OPTIONS = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
const PATH = '/Exchanges/Exchange';
const same = (bytes) => bytes;
/** The size of the answer, and the argument; protobuf would put them as tightly. */
const HEADER_BYTES = 4;

const service = {
  exchange: {
    path: PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
};

export async function serve(host) {
  const server = new Server(OPTIONS);
  server.addService(service, {
    exchange: ({ request }, callback) => callback(null, answerOf(request.readUInt32BE(0))),
  });
  const port = await new Promise((resolve, reject) => {
    server.bindAsync(`${host}:0`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port };
}

export async function connect(host, { port }) {
  const client = new Client(`${host}:${port}`, credentials.createInsecure(), OPTIONS);
  return {
    exchange(argument, answerBytes, timeoutMs) {
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt32BE(answerBytes);
      const request = Buffer.concat([header, argument]);
      const call = new Promise((resolve, reject) => {
        const deadline = { deadline: Date.now() + timeoutMs };
        client.makeUnaryRequest(PATH, same, same, request, deadline, (error, answer) =>
          error === null ? resolve(answer) : reject(error),
        );
      });
      return arrived(call, answerBytes, timeoutMs);
    },
    async close() {
      client.close();
    },
  };
}
