import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from '@rpcudp/core';

/** Larger than any that only acknowledges. */
const LARGE_BYTES = 1_000;
/** Of the large ones: so that those after it show that it is missing. */
const LOST = 2;

/** A relay on loopback between one caller and a server, which loses the second large datagram of the server. */
export class RelayThatLosesOne implements AsyncDisposable {
  readonly #front: Socket;
  readonly #back: Socket;
  #large = 0;

  private constructor(front: Socket, back: Socket, server: Address) {
    this.#front = front;
    this.#back = back;
    let callerPort = 0;
    front.on('message', (datagram, { port }) => {
      callerPort = port;
      back.send(datagram, server.port, server.host);
    });
    back.on('message', (datagram) => {
      if (datagram.length > LARGE_BYTES) this.#large += 1;
      if (datagram.length <= LARGE_BYTES || this.#large !== LOST) front.send(datagram, callerPort, '127.0.0.1');
    });
  }

  static async to(server: Address): Promise<RelayThatLosesOne> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      const listening = once(socket, 'listening');
      socket.bind(0, '127.0.0.1');
      await listening;
    }
    return new RelayThatLosesOne(...sockets, server);
  }

  get address(): Address {
    return { host: '127.0.0.1', port: this.#front.address().port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#front, this.#back].map((socket) => new Promise<void>((resolve) => socket.close(resolve))));
  }
}
