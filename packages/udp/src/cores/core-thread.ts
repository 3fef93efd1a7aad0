import { MessageChannel, Worker, type MessagePort, type WorkerOptions } from 'node:worker_threads';
import { RpcError, type Address } from '@rpcudp/core';
import { CORE_RING_BYTES } from '../limits.js';
import { describeThrown } from './describe-thrown.js';
import { DatagramRing, type RingEntry } from './datagram-ring.js';
import { RingReader } from './ring-reader.js';
import { workerDataOf, type Seat, type ToOwner, type ToWorker } from './seat.js';

/** What a user may say about the threads. */
export type ThreadOptions = Pick<WorkerOptions, 'argv' | 'env' | 'execArgv' | 'resourceLimits'>;

/** What a {@link CoreThread} is made of. */
export interface ThreadParts {
  readonly script: string | URL;
  readonly options: ThreadOptions;
  readonly name: string;
  readonly seat: Omit<Seat, 'port' | 'toWorker' | 'toOwner'>;
  /** Takes what the worker sends. */
  readonly carry: (entry: RingEntry, from: CoreThread) => void;
}

/** How a thread ended. */
export interface ThreadEnding {
  readonly exitCode: number;
  /** What it threw, if it did. */
  readonly error: unknown;
}

/** What a worker tells of itself, each once and in this order. */
const STEPS = ['waiting', 'bound', 'retired', 'left'] as const;
type Step = (typeof STEPS)[number];

/** One worker that shares a port, as its owner sees it. */
export class CoreThread {
  readonly mark: number;
  /** Resolves when the thread has ended, whatever ended it. */
  readonly ended: Promise<ThreadEnding>;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #outgoing: DatagramRing;
  readonly #reader: RingReader;
  readonly #steps = new Map<Step, PromiseWithResolvers<void>>(STEPS.map((step) => [step, withResolvers()]));

  constructor({ script, options, name, seat, carry }: ThreadParts) {
    this.mark = seat.mark;
    const { port1, port2 } = new MessageChannel();
    const [toWorker, toOwner] = [DatagramRing.memory(CORE_RING_BYTES), DatagramRing.memory(CORE_RING_BYTES)];
    const workerData = workerDataOf({ ...seat, port: port2, toWorker, toOwner });
    this.#worker = new Worker(script, { ...options, name, workerData, transferList: [port2] });
    this.#port = port1;
    this.#outgoing = new DatagramRing(toWorker);
    this.#reader = new RingReader(new DatagramRing(toOwner), (entry) => carry(entry, this));
    this.#reader.start();
    port1.on('message', (said: ToOwner) => this.#hear(said));
    this.ended = this.#watch();
  }

  /** Resolves when the worker has come so far; rejects if it ends before. @throws RpcError `UNAVAILABLE` */
  reached(step: Step): Promise<void> {
    return this.#steps.get(step)!.promise;
  }

  say(word: ToWorker): void {
    this.#port.postMessage(word);
  }

  /** Gives a datagram to the worker; false if it has no more room. */
  deliver(datagram: Uint8Array, from: Address): boolean {
    if (!this.#outgoing.write(datagram, from)) return false;
    if (this.#outgoing.takeWake()) this.say({ kind: 'wake' });
    return true;
  }

  /** Ends the thread, whatever it does. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear({ kind }: ToOwner): void {
    if (kind === 'wake') return this.#reader.wake();
    this.#steps.get(kind)!.resolve();
  }

  async #watch(): Promise<ThreadEnding> {
    let error: unknown;
    this.#worker.on('error', (thrown: unknown) => (error = thrown));
    const exitCode = await new Promise<number>((resolve) => this.#worker.once('exit', resolve));
    // What it wrote before it died was sent, as far as anybody knows.
    this.#reader.finish();
    this.#reader.stop();
    this.#port.close();
    for (const { reject } of this.#steps.values()) reject(endedEarly(exitCode, error));
    return { exitCode, error };
  }
}

/** Why a worker does not do what it should. */
function endedEarly(exitCode: number, error: unknown): RpcError {
  if (error !== undefined)
    return new RpcError('UNAVAILABLE', `The worker threw before it served: ${describeThrown(error)}`, { cause: error });
  return new RpcError(
    'UNAVAILABLE',
    `The worker ended with exit code ${exitCode} before it served. Its script must await bindOnCore() of @rpcudp/udp/cores.`,
  );
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** As `Promise.withResolvers` of later runtimes. Nobody needs to wait for it. */
function withResolvers(): PromiseWithResolvers<void> {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
