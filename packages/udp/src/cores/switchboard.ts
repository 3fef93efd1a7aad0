import type { Address, RpcError } from '@rpcudp/core';
import type { CoreTable } from '@rpcudp/core/endpoint';
import type { EndpointSocket, Outgoing } from '../udp-socket.js';
import type { CoreThread } from './core-thread.js';
import type { RingEntry } from './datagram-ring.js';
import type { ToldError } from './seat.js';

/** Datagrams at a port that workers share, since it was bound. */
export interface CoresDatagrams {
  readonly received: number;
  readonly sent: number;
  /** Of strangers, handed on by a worker that is being replaced. */
  readonly handedOn: number;
  /** Received, and of no wire or too short for one. */
  readonly unknown: number;
  /** Received, and for a worker that was not there, or that had no more room. */
  readonly lost: number;
}

/** A datagram on its way out, and who wants to know if it cannot go. */
interface OutgoingEntry extends Outgoing {
  readonly number: number;
  readonly thread: CoreThread;
}

/** Takes datagrams from the socket to the workers that they are for, and from workers to the socket. */
export class Switchboard {
  readonly table: CoreTable;
  readonly threads = new Map<number, CoreThread>();
  readonly #socket: EndpointSocket;
  readonly #counts = { received: 0, sent: 0, handedOn: 0, unknown: 0, lost: 0 };

  constructor(socket: EndpointSocket, table: CoreTable) {
    this.#socket = socket;
    this.table = table;
    socket.listen(
      (datagram, from) => this.#receive(datagram, from),
      (error) => this.#failed(error),
    );
  }

  get datagrams(): CoresDatagrams {
    return { ...this.#counts };
  }

  /** Takes what a worker sends, or hands on. */
  readonly carry = ({ datagram, address: to, kind, number }: RingEntry, thread: CoreThread): void => {
    if (kind === 'stray') {
      this.#counts.handedOn += 1;
      return this.#hand(this.table.afterHandingOn(thread.mark), datagram, to);
    }
    this.#counts.sent += 1;
    this.#socket.send<OutgoingEntry>({ datagram, to, watched: kind === 'watched', number, thread }, refused);
  };

  #receive(datagram: Uint8Array, from: Address): void {
    this.#counts.received += 1;
    const marks = this.table.route(datagram);
    if (marks === undefined) this.#counts.unknown += 1;
    else this.#hand(marks, datagram, from);
  }

  #hand(marks: readonly number[], datagram: Uint8Array, from: Address): void {
    if (marks.length === 0) this.#counts.lost += 1;
    for (const mark of marks) if (this.threads.get(mark)?.deliver(datagram, from) !== true) this.#counts.lost += 1;
  }

  /** Of no datagram in particular: each of them might be the one that is concerned. */
  #failed(error: RpcError): void {
    for (const thread of this.threads.values()) thread.say({ kind: 'failed', error: told(error) });
  }
}

function refused({ number, watched, thread }: OutgoingEntry, error: RpcError): void {
  if (watched) thread.say({ kind: 'refused', number, error: told(error) });
}

function told({ code, message, executed }: RpcError): ToldError {
  return { code, message, executed };
}
