import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Connection, Subject } from './subject';

/** As many bytes as `add(a, b)` takes on the rpcudp wire. */
const DATAGRAM_BYTES = 29;

/** A call that is lost is given up, and another takes its place, when nothing has come for so long. */
const LOST_MS = 200;

/** The least that a round trip between two Node processes can cost: one datagram there, the same one back. */
export const bareDgram: Subject = {
  name: 'bare dgram echo',

  async serve() {
    const socket = newSocket();
    socket.on('message', (datagram, { address, port }) => socket.send(datagram, port, address));
    return { port: await listen(socket) };
  },

  async connect({ port }) {
    const socket = newSocket();
    await listen(socket);
    return new EchoConnection(socket, port);
  },
};

class EchoConnection implements Connection {
  readonly #socket: Socket;
  readonly #port: number;

  constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
  }

  run(inFlight: number, stop: () => boolean, record: (ms: number) => void): Promise<void> {
    const started = new Float64Array(inFlight);
    const send = (slot: number): void => {
      const datagram = Buffer.alloc(DATAGRAM_BYTES);
      datagram.writeUInt32BE(slot);
      started[slot] = performance.now();
      this.#socket.send(datagram, this.#port, '127.0.0.1');
    };
    return new Promise((resolve) => {
      let last = performance.now();
      const watchdog = setInterval(() => {
        if (performance.now() - last < LOST_MS) return;
        if (stop()) return end();
        for (let slot = 0; slot < inFlight; slot += 1) send(slot);
      }, LOST_MS);
      const end = (): void => {
        clearInterval(watchdog);
        this.#socket.removeAllListeners('message');
        resolve();
      };
      let open = inFlight;
      this.#socket.on('message', (datagram) => {
        last = performance.now();
        const slot = datagram.readUInt32BE();
        record(last - started[slot]!);
        if (!stop()) return send(slot);
        open -= 1;
        if (open === 0) end();
      });
      for (let slot = 0; slot < inFlight; slot += 1) send(slot);
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

/** Spared the name lookup that Node makes for every datagram, as the framework spares itself. */
function newSocket(): Socket {
  return createSocket({ type: 'udp4', lookup: (host, _options, callback) => callback(null, host, 4) });
}

async function listen(socket: Socket): Promise<number> {
  // With the lookup above, binding ends before bind() returns.
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  return socket.address().port;
}
