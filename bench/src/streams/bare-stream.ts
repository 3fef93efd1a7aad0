import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { StreamReader, StreamSubject } from './stream-subject';

/** As large as the datagrams of everybody else. */
const DATAGRAM_BYTES_MAX = 1200;
/** A sequence number, and how long each item is. */
const SEQUENCE_BYTES = 4;
const LENGTH_BYTES = 4;
const WINDOW_DATAGRAMS = 64;
const DATAGRAMS_PER_ACK = 16;
/** When nothing has moved for so long, what was not acknowledged is sent again. */
const LOST_MS = 100;

/**
 * The least that a reliable stream between two processes can cost: items in datagrams, which are numbered, acknowledged, held
 * to a window, and sent again from the first that was lost.
 */
export const bareStream: StreamSubject = {
  name: 'bare dgram window',

  async serve() {
    const socket = newSocket();
    let sender: Sender | undefined;
    socket.on('message', (datagram, from) => {
      const number = datagram.readUInt32BE(1);
      if (datagram[0] === OPEN) sender = new Sender(socket, from, number);
      else if (datagram[0] === ACK) sender?.acknowledged(number);
      else sender = sender?.stop();
    });
    return { port: await bound(socket) };
  },

  async connect({ port }) {
    const socket = newSocket();
    await bound(socket);
    return {
      read: (itemBytes, take) => read(socket, port, itemBytes, take),
      close: () => new Promise((resolve) => socket.close(() => resolve())),
    } satisfies StreamReader;
  },
};

const [OPEN, ACK, STOP] = [0, 1, 2];

/** What the reader sends: what it says, and an item's size or the number of the datagram that it waits for. */
function word(kind: number, number: number): Buffer {
  const datagram = Buffer.alloc(5);
  datagram[0] = kind;
  datagram.writeUInt32BE(number, 1);
  return datagram;
}

class Sender {
  readonly #socket: Socket;
  readonly #to: RemoteInfo;
  readonly #item: Buffer;
  /** How much of the item that comes next has been sent. */
  #sentOfItem = 0;
  readonly #window: Buffer[] = [];
  #first = 0;
  readonly #stuck: NodeJS.Timeout;

  constructor(socket: Socket, to: RemoteInfo, itemBytes: number) {
    this.#socket = socket;
    this.#to = to;
    this.#item = Buffer.alloc(itemBytes, 7);
    this.#stuck = setInterval(() => this.#window.forEach((datagram) => this.#send(datagram)), LOST_MS);
    this.#fill();
  }

  acknowledged(next: number): void {
    this.#window.splice(0, next - this.#first);
    this.#first = Math.max(this.#first, next);
    this.#stuck.refresh();
    this.#fill();
  }

  stop(): undefined {
    clearInterval(this.#stuck);
  }

  #fill(): void {
    while (this.#window.length < WINDOW_DATAGRAMS) {
      const datagram = this.#build(this.#first + this.#window.length);
      this.#window.push(datagram);
      this.#send(datagram);
    }
  }

  /** As many items as a datagram holds, each whole, or of one that is larger as much as fits. */
  #build(sequence: number): Buffer {
    const datagram = Buffer.allocUnsafe(DATAGRAM_BYTES_MAX);
    const item = this.#item;
    const isSmall = SEQUENCE_BYTES + LENGTH_BYTES + item.length <= DATAGRAM_BYTES_MAX;
    let at = datagram.writeUInt32BE(sequence);
    do {
      at = datagram.writeUInt32BE(item.length, at);
      const copied = item.copy(datagram, at, this.#sentOfItem);
      at += copied;
      this.#sentOfItem = (this.#sentOfItem + copied) % item.length;
    } while (isSmall && at + LENGTH_BYTES + item.length <= DATAGRAM_BYTES_MAX);
    return datagram.subarray(0, at);
  }

  #send(datagram: Buffer): void {
    this.#socket.send(datagram, this.#to.port, this.#to.address);
  }
}

function read(socket: Socket, port: number, itemBytes: number, take: (itemBytes: number) => boolean): Promise<void> {
  let expected = 0;
  let item = Buffer.alloc(itemBytes);
  let filled = 0;
  const say = (kind: number, number: number): void => socket.send(word(kind, number), port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.on('message', (datagram) => {
      const isNext = datagram.readUInt32BE() === expected;
      if (isNext) expected += 1;
      if (!isNext || expected % DATAGRAMS_PER_ACK === 0) say(ACK, expected);
      if (!isNext) return;
      for (let at = SEQUENCE_BYTES; at < datagram.length;) {
        const bytes = datagram.readUInt32BE(at);
        const end = Math.min(datagram.length, at + LENGTH_BYTES + bytes - filled);
        filled += datagram.copy(item, filled, at + LENGTH_BYTES, end);
        at = end;
        if (filled < bytes) continue;
        const whole = item;
        [item, filled] = [Buffer.allocUnsafe(itemBytes), 0];
        if (take(whole.length)) continue;
        socket.removeAllListeners('message');
        say(STOP, 0);
        return resolve();
      }
    });
    say(OPEN, itemBytes);
  });
}

function newSocket(): Socket {
  return createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
}

async function bound(socket: Socket): Promise<number> {
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  return socket.address().port;
}
