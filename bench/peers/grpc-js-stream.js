/** A server stream of grpc-js, to be measured like those of `bench/src/streams`: bytes, as they are, with its back-pressure. */
import { Buffer } from 'node:buffer';
import { Client, Server, ServerCredentials, credentials } from '@grpc/grpc-js';

const PATH = '/Spring/Flow';
const same = (bytes) => bytes;

const service = {
  flow: {
    path: PATH,
    requestStream: false,
    responseStream: true,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
};

export async function serve() {
  const server = new Server();
  server.addService(service, { flow });
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port };
}

/** Writes until it is told to wait, as its documentation says. */
function flow(call) {
  const item = Buffer.alloc(call.request.readUInt32BE(), 7);
  const write = () => {
    while (!call.cancelled && call.write(item));
  };
  call.on('drain', write);
  write();
}

export async function connect({ port }) {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    read(itemBytes, take) {
      const request = Buffer.alloc(4);
      request.writeUInt32BE(itemBytes);
      const call = client.makeServerStreamRequest(PATH, same, same, request);
      return new Promise((resolve, reject) => {
        let over = false;
        // Events cost less than for await.
        call.on('data', (item) => {
          if (over || take(item.length)) return;
          over = true;
          call.cancel();
          resolve();
        });
        call.on('error', (error) => (over ? undefined : reject(error)));
      });
    },
    async close() {
      client.close();
    },
  };
}
