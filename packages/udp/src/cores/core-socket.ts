import { RpcError, type Address } from '@rpcudp/core';
import { DATAGRAM_BYTES_MAX, IdMarks, type SharedPort } from '@rpcudp/core/endpoint';
import { canReach, type Reach } from '../address.js';
import { CORE_WATCHED_MAX } from '../limits.js';
import { later, refusalOf, type EndpointSocket, type Outgoing, type SocketBuffers } from '../udp-socket.js';
import { DatagramRing, type RingKind } from './datagram-ring.js';
import { RingReader } from './ring-reader.js';
import type { Seat, ToldError, ToOwner, ToWorker } from './seat.js';

/** A datagram of which is to be told if it cannot be sent. */
interface Watched {
  readonly number: number;
  readonly fail: (error: RpcError) => void;
}

/**
 * What a worker has in a socket's place: rings to and from the thread that owns the port. Whatever it sends is copied at
 * once; what does not fit is lost, as in a kernel that has no more room.
 */
export class CoreSocket implements EndpointSocket, SharedPort {
  readonly address: Address;
  readonly buffers: SocketBuffers;
  readonly reach: Reach;
  readonly hasSentAll = true;
  retired = false;
  readonly #seat: Seat;
  readonly #marks: IdMarks;
  readonly #incoming: DatagramRing;
  readonly #outgoing: DatagramRing;
  /** The last of them, by number. */
  readonly #watched: (Watched | undefined)[] = new Array<Watched | undefined>(CORE_WATCHED_MAX);
  #lastNumber = 0;
  #reader: RingReader | undefined;
  #onError: ((error: RpcError) => void) | undefined;
  #closed = false;

  constructor(seat: Seat) {
    this.#seat = seat;
    this.address = seat.address;
    this.buffers = seat.buffers;
    this.reach = seat.reach;
    this.#marks = new IdMarks(seat.marks, seat.seed);
    this.#incoming = new DatagramRing(seat.toWorker);
    this.#outgoing = new DatagramRing(seat.toOwner);
  }

  listen(onDatagram: (datagram: Uint8Array, from: Address) => void, onError: (error: RpcError) => void): void {
    this.#onError = onError;
    this.#reader = new RingReader(this.#incoming, ({ datagram, address }) => onDatagram(datagram, address));
    // In a turn of its own: what is served is served by then.
    this.#reader.start();
  }

  /** Takes what the owner says; gives whether it was for the socket. */
  hear(said: ToWorker): boolean {
    switch (said.kind) {
      case 'wake':
        this.#reader?.wake();
        return true;
      case 'refused':
        this.#fail(said.number, said.error);
        return true;
      case 'failed':
        this.#onError?.(errorOf(said.error));
        return true;
      default:
        return false;
    }
  }

  send<T extends Outgoing>(outgoing: T, failed: (outgoing: T, error: RpcError) => void): void {
    const { datagram, to, watched } = outgoing;
    if (this.#closed || datagram.length > DATAGRAM_BYTES_MAX || !canReach(this.reach, to.host)) {
      return later(failed, outgoing, refusalOf(outgoing, this, this.#closed));
    }
    if (!watched) return this.#write(datagram, to, 'plain', 0);
    const number = (this.#lastNumber = (this.#lastNumber + 1) >>> 0);
    this.#watched[number % CORE_WATCHED_MAX] = { number, fail: (error) => failed(outgoing, error) };
    this.#write(datagram, to, 'watched', number);
  }

  markId(id: Uint8Array): void {
    this.#marks.write(id, this.#seat.mark);
  }

  handOn(datagram: Uint8Array, from: Address): void {
    this.#write(datagram, from, 'stray', 0);
  }

  ref(): void {
    this.#seat.port.ref();
  }

  unref(): void {
    this.#seat.port.unref();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#reader?.stop();
    this.#say({ kind: 'left' });
    this.#seat.port.close();
    return Promise.resolve();
  }

  #write(datagram: Uint8Array, address: Address, kind: RingKind, number: number): void {
    if (this.#outgoing.write(datagram, address, kind, number) && this.#outgoing.takeWake()) this.#say({ kind: 'wake' });
  }

  #say(word: ToOwner): void {
    this.#seat.port.postMessage(word);
  }

  #fail(number: number, error: ToldError): void {
    const watched = this.#watched[number % CORE_WATCHED_MAX];
    if (watched?.number !== number) return;
    this.#watched[number % CORE_WATCHED_MAX] = undefined;
    watched.fail(errorOf(error));
  }
}

/** An error as it was in the other thread. */
function errorOf({ code, message, executed }: ToldError): RpcError {
  return new RpcError(code, message, { executed });
}
