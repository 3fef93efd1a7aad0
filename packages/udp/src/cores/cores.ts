import type { Address } from '@rpcudp/core';
import { drainMsOf, graceMsOf, type CloseOptions, type DrainOptions } from '@rpcudp/core/endpoint';
import type { UdpSocket, SocketBuffers } from '../udp-socket.js';
import type { CoreLane } from './core-lane.js';
import type { CoresDatagrams, Switchboard } from './switchboard.js';

/** What {@link Cores} are made of. */
export interface CoresParts {
  readonly socket: UdpSocket;
  readonly board: Switchboard;
  readonly lanes: readonly CoreLane[];
  readonly signal: AbortSignal | undefined;
}

/** What {@link Cores.restart} takes: how long each worker may drain, and then close. */
export type RestartOptions = CloseOptions & DrainOptions;

/** What is known of a worker. */
export interface CoreState {
  /** Whether it serves; else it is being started. */
  readonly serving: boolean;
  /** How many before it have died. */
  readonly deaths: number;
}

/** Workers that share a port: what `serveOnCores` gives. */
export class Cores implements AsyncDisposable {
  readonly #socket: UdpSocket;
  readonly #board: Switchboard;
  readonly #lanes: readonly CoreLane[];
  #restarting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  readonly #stopListening: () => void;

  /** For `serveOnCores`. */
  constructor({ socket, board, lanes, signal }: CoresParts) {
    this.#socket = socket;
    this.#board = board;
    this.#lanes = lanes;
    const close = (): void => void this.close();
    signal?.addEventListener('abort', close, { once: true });
    this.#stopListening = () => signal?.removeEventListener('abort', close);
  }

  /** The address that all share; `::` stands for all addresses of both families. */
  get address(): Address {
    return this.#socket.address;
  }

  /** What the kernel granted, in bytes; Linux reports twice what it was asked for. */
  get socketBuffers(): SocketBuffers {
    return this.#socket.buffers;
  }

  /** How many workers there are. */
  get count(): number {
    return this.#lanes.length;
  }

  /** What has happened since the port was bound. What happens in the workers is in the `stats()` of their endpoints. */
  stats(): { readonly datagrams: CoresDatagrams; readonly workers: readonly CoreState[] } {
    const workers = this.#lanes.map(({ serving, deaths }) => ({ serving, deaths }));
    return { datagrams: this.#board.datagrams, workers };
  }

  /**
   * Replaces all workers by fresh ones, one after the other: for a new version of their script. The port stays bound. A worker
   * goes on until its successor serves; then it refuses calls that begin with `UNAVAILABLE`, `executed: 'no'`, finishes
   * the others, and closes. Restarting while it restarts is restarting once.
   *
   * @throws RpcError `UNAVAILABLE` if a fresh worker ends before it serves: the one that it was to replace goes on, and those
   * after it are not replaced. `INVALID_ARGUMENT`.
   */
  restart(options: RestartOptions = {}): Promise<void> {
    this.#restarting ??= this.#restart(options).finally(() => (this.#restarting = undefined));
    return this.#restarting;
  }

  /**
   * Closes all endpoints as their `close()` does, ends the workers, and frees the port. Closing twice is closing once.
   *
   * @throws RpcError `INVALID_ARGUMENT`
   */
  async close(options: CloseOptions = {}): Promise<void> {
    const graceMs = graceMsOf(options);
    await (this.#closing ??= this.#close(graceMs));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #restart(options: RestartOptions): Promise<void> {
    const leave = { drainMs: drainMsOf(options), graceMs: graceMsOf(options) };
    for (const lane of this.#lanes) await lane.replace(leave);
  }

  async #close(graceMs: number): Promise<void> {
    this.#stopListening();
    try {
      await Promise.all(this.#lanes.map((lane) => lane.close({ drainMs: 0, graceMs })));
    } finally {
      await this.#socket.close();
    }
  }
}
