import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from '@rpcudp/core';
import { SeededRandom } from '@rpcudp/core/testing';

/** How the relay treats datagrams, each way: shares from 0 to 1. */
export interface RelayConditions {
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  readonly seed: number;
}

/** A relay on loopback between one caller and a server: loses, doubles and reorders real datagrams. */
export class LossyRelay implements AsyncDisposable {
  readonly #conditions: RelayConditions;
  readonly #random: SeededRandom;
  readonly #front: Socket;
  readonly #back: Socket;
  lost = 0;
  #closed = false;

  private constructor(front: Socket, back: Socket, server: Address, conditions: RelayConditions) {
    this.#conditions = conditions;
    this.#random = new SeededRandom(conditions.seed);
    this.#front = front;
    this.#back = back;
    let caller: { readonly address: string; readonly port: number } | undefined;
    front.on('message', (datagram, from) => {
      caller = from;
      this.#pass(() => back.send(datagram, server.port, server.host));
    });
    back.on('message', (datagram) => {
      if (caller === undefined) return;
      const { port, address } = caller;
      this.#pass(() => front.send(datagram, port, address));
    });
  }

  static async to(server: Address, conditions: RelayConditions): Promise<LossyRelay> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      const listening = once(socket, 'listening');
      socket.bind(0, '127.0.0.1');
      await listening;
    }
    return new LossyRelay(...sockets, server, conditions);
  }

  get address(): Address {
    return { host: '127.0.0.1', port: this.#front.address().port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#front, this.#back].map((socket) => new Promise<void>((resolve) => socket.close(resolve))));
  }

  #pass(send: () => void): void {
    const { loss, duplication, reordering } = this.#conditions;
    if (this.#random.chance(loss)) {
      this.lost += 1;
      return;
    }
    const sendLater = (): void => {
      if (!this.#closed) send();
    };
    // What waits for the end of the turn is overtaken by what comes later in it.
    if (this.#random.chance(reordering)) setImmediate(() => setImmediate(sendLater));
    else send();
    if (this.#random.chance(duplication)) setImmediate(sendLater);
  }
}
