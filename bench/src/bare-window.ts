import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Connection, Subject } from './subject';

/** What may be on its way: enough that neither side waits for the other, and more gains nothing. */
const WINDOW_BYTES = 512 * 1024;
const WINDOW_DATAGRAMS_MIN = 4;
const ACKS_PER_WINDOW = 4;
/** A number that counts datagrams up over all messages, and the number of the first of its message. */
const HEADER_BYTES = 8;
/** After so long without a word, everything that is not acknowledged goes out again. */
const STUCK_MS = 50;

/** How a message is cut. */
interface Cut {
  readonly messageBytes: number;
  readonly payloadBytes: number;
  /** Datagrams of a message. */
  readonly datagrams: number;
  readonly windowDatagrams: number;
  readonly datagramsPerAck: number;
}

/**
 * The least that moving a message between two processes can cost over `node:dgram`: cut into datagrams, with numbers, a window
 * and acknowledgements, joined in memory of its own on the other side, one message after the other.
 */
export function bareWindow(name: string, messageBytes: number, datagramBytes: number): Subject {
  const cut = cutOf(messageBytes, datagramBytes);
  return {
    name,

    async serve() {
      const socket = newSocket();
      const receiver = new Receiver(cut);
      socket.on('message', (datagram, { address, port }) => {
        const next = receiver.take(datagram);
        if (next !== undefined) socket.send(numbers(next), port, address);
      });
      return { port: await bound(socket) };
    },

    async connect({ port }): Promise<Connection> {
      const socket = newSocket();
      await bound(socket);
      const sender = new Sender(socket, port, cut);
      return {
        async run(_inFlight, stop, record) {
          while (!stop()) {
            const started = performance.now();
            await sender.send();
            record(performance.now() - started);
          }
        },
        close: () => new Promise((resolve) => socket.close(() => resolve())),
      };
    },
  };
}

function cutOf(messageBytes: number, datagramBytes: number): Cut {
  const payloadBytes = datagramBytes - HEADER_BYTES;
  const windowDatagrams = Math.max(WINDOW_DATAGRAMS_MIN, Math.floor(WINDOW_BYTES / datagramBytes));
  return {
    messageBytes,
    payloadBytes,
    datagrams: Math.ceil(messageBytes / payloadBytes),
    windowDatagrams,
    datagramsPerAck: Math.floor(windowDatagrams / ACKS_PER_WINDOW),
  };
}

/** Joins messages, of which each begins when the last one is whole. */
class Receiver {
  /** The last message that was whole, for whoever wants it. */
  received: Uint8Array | undefined;
  readonly #cut: Cut;
  #next = 0;
  #message = new Uint8Array(0);

  constructor(cut: Cut) {
    this.#cut = cut;
  }

  /** Takes a datagram; gives the number of the next that is missing if it is to be acknowledged. */
  take(datagram: Buffer): number | undefined {
    const { messageBytes, payloadBytes, datagrams, datagramsPerAck } = this.#cut;
    const number = datagram.readUInt32BE(0);
    // Out of order, after a loss: says so at once, and waits for the rest to come again.
    if (number !== this.#next) return this.#next;
    const at = number - datagram.readUInt32BE(4);
    if (at === 0) this.#message = new Uint8Array(messageBytes);
    this.#message.set(datagram.subarray(HEADER_BYTES), at * payloadBytes);
    this.#next += 1;
    if (at === datagrams - 1) this.received = this.#message;
    return at === datagrams - 1 || this.#next % datagramsPerAck === 0 ? this.#next : undefined;
  }
}

/** Sends the same message again and again. */
class Sender {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #cut: Cut;
  readonly #message: Uint8Array;
  /** The number of the first datagram of the message, and of the next one to send. */
  #first = 0;
  #next = 0;

  constructor(socket: Socket, port: number, cut: Cut) {
    this.#socket = socket;
    this.#port = port;
    this.#cut = cut;
    this.#message = new Uint8Array(cut.messageBytes).fill(7);
  }

  /** Sends it once; resolves when all of it has arrived. */
  send(): Promise<void> {
    this.#first = this.#next;
    const end = this.#first + this.#cut.datagrams;
    let acknowledged = this.#first;
    this.#fill(acknowledged, end);
    return new Promise((resolve) => {
      const stuck = setInterval(() => {
        this.#next = acknowledged;
        this.#fill(acknowledged, end);
      }, STUCK_MS);
      this.#socket.on('message', (datagram) => {
        const next = datagram.readUInt32BE(0);
        if (next <= acknowledged) return;
        acknowledged = next;
        stuck.refresh();
        if (acknowledged < end) return this.#fill(acknowledged, end);
        clearInterval(stuck);
        this.#socket.removeAllListeners('message');
        resolve();
      });
    });
  }

  #fill(acknowledged: number, end: number): void {
    const { payloadBytes, windowDatagrams } = this.#cut;
    for (const until = Math.min(end, acknowledged + windowDatagrams); this.#next < until; this.#next += 1) {
      const start = (this.#next - this.#first) * payloadBytes;
      const payload = this.#message.subarray(start, start + payloadBytes);
      const datagram = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
      datagram.writeUInt32BE(this.#next, 0);
      datagram.writeUInt32BE(this.#first, 4);
      datagram.set(payload, HEADER_BYTES);
      this.#socket.send(datagram, this.#port, '127.0.0.1');
    }
  }
}

function numbers(next: number): Buffer {
  const acknowledgement = Buffer.allocUnsafe(4);
  acknowledgement.writeUInt32BE(next);
  return acknowledgement;
}

/** With the buffers that the framework asks for, and spared the name lookup that Node makes for every datagram. */
function newSocket(): Socket {
  return createSocket({
    type: 'udp4',
    recvBufferSize: 4 * 1024 * 1024,
    sendBufferSize: 4 * 1024 * 1024,
    lookup: (host, _options, callback) => callback(null, host, 4),
  });
}

async function bound(socket: Socket): Promise<number> {
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  return socket.address().port;
}
