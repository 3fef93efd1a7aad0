import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Subject } from './subject';

/** Of a frame's payload, of the answer that it asks for, and its number. */
const HEADER_BYTES = 12;

interface Frame {
  readonly id: number;
  readonly answerBytes: number;
}

/** Frames over one TCP connection of Node's, the least that a protocol over TCP can cost. The kernel controls congestion. */
export const plainTcp: Subject = {
  async serve(host) {
    const server = createServer((socket) => {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      readFrames(socket, ({ id, answerBytes }) =>
        writeFrame(socket, { id, answerBytes: 0 }, Buffer.alloc(answerBytes, 7)),
      );
    });
    server.listen(0, host);
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port };
  },

  async connect(host, { port }) {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    const waiting = new Map<number, (answered: boolean) => void>();
    let made = 0;
    readFrames(socket, ({ id }) => waiting.get(id)?.(true));
    return {
      exchange(argument, answerBytes, timeoutMs) {
        const id = (made += 1);
        writeFrame(socket, { id, answerBytes }, argument);
        return new Promise((resolve) => {
          const timer = setTimeout(() => end(false), timeoutMs);
          const end = (answered: boolean): void => {
            clearTimeout(timer);
            waiting.delete(id);
            resolve(answered);
          };
          waiting.set(id, end);
        });
      },
      async close() {
        socket.destroy();
        await once(socket, 'close');
      },
    };
  },
};

function writeFrame(socket: Socket, { id, answerBytes }: Frame, payload: Uint8Array): void {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(payload.length, 0);
  header.writeUInt32BE(answerBytes, 4);
  header.writeUInt32BE(id, 8);
  socket.cork();
  socket.write(header);
  socket.write(payload);
  socket.uncork();
}

/** Tells of each frame when the last byte of it is there. Nobody looks at the payload, so that none of it is kept. */
function readFrames(socket: Socket, ended: (frame: Frame) => void): void {
  let header: Buffer = Buffer.alloc(0);
  let missing = 0;
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length || (missing === 0 && header.length === HEADER_BYTES);) {
      if (header.length < HEADER_BYTES) {
        const part = chunk.subarray(at, at + HEADER_BYTES - header.length);
        header = Buffer.concat([header, part]);
        at += part.length;
        if (header.length === HEADER_BYTES) missing = header.readUInt32BE(0);
      } else {
        const taken = Math.min(missing, chunk.length - at);
        missing -= taken;
        at += taken;
      }
      if (missing > 0 || header.length < HEADER_BYTES) continue;
      ended({ answerBytes: header.readUInt32BE(4), id: header.readUInt32BE(8) });
      header = Buffer.alloc(0);
    }
  });
}
