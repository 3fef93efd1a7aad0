import { RpcError, RpcStream } from '@rpcudp/core';
import { endOfError, spend, type CallEnd } from '../target/call-end.js';
import type { BegunCall, PoolTarget } from '../target/pool-target.js';
import { eitherExecuted, withExecuted } from './executed.js';
import { Placement, type Shared, type ToPlace } from './placement.js';

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

const ANSWERED: CallEnd = { kind: 'answered', measures: false };

/** A stream at a target. */
interface OpenStream {
  readonly target: PoolTarget;
  readonly begun: BegunCall;
  readonly stream: RpcStream<unknown>;
  readonly values: AsyncIterator<unknown, undefined>;
}

/**
 * A stream as its reader sees it. It is opened when it is read, and stays with the target that gave its first value. Before that it may go to
 * another one, by the rules for calls.
 */
export class BalancedStream extends RpcStream<unknown> implements AsyncIterableIterator<unknown, undefined> {
  readonly #shared: Shared;
  readonly #call: ToPlace;
  #open: OpenStream | undefined;
  #opening: Promise<IteratorResult<unknown, undefined>> | undefined;
  #isRead = false;
  /** Whether a value has come. */
  #began = false;
  #over = false;
  #missed = 0;
  readonly #leaving = new AbortController();

  constructor(shared: Shared, call: ToPlace) {
    super();
    this.#shared = shared;
    this.#call = call;
  }

  get missed(): number {
    return this.#open?.stream.missed ?? this.#missed;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<unknown, undefined> {
    const message = 'A stream is read once, and this one is read already. Call the method again for another one.';
    if (this.#isRead) throw new RpcError('FAILED_PRECONDITION', message);
    this.#isRead = true;
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#over) return Promise.resolve(DONE);
    if (this.#opening === undefined) return (this.#opening = this.#first());
    // Whoever asks again before the first value has come gets the second.
    if (this.#open === undefined) return this.#opening.then(() => this.next());
    return this.#next(this.#open);
  }

  return(): Promise<IteratorResult<unknown, undefined>> {
    this.cancel();
    return Promise.resolve(DONE);
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#leaving.abort();
    const open = this.#open;
    open?.stream.cancel();
    if (open !== undefined) this.#close(open);
  }

  async #next(open: OpenStream): Promise<IteratorResult<unknown, undefined>> {
    try {
      const result = await open.values.next();
      if (result.done === true && this.#open === open) this.#close(open);
      return result;
    } catch (error) {
      if (this.#open === open) this.#close(open, RpcError.from(error));
      throw error;
    }
  }

  async #first(): Promise<IteratorResult<unknown, undefined>> {
    this.#shared.counts.calls += 1;
    try {
      const placement = new Placement(this.#shared, this.#call);
      if (this.#shared.closed) throw placement.closed();
      return await this.#firstOf(placement);
    } catch (error) {
      this.#over = true;
      throw error;
    }
  }

  async #firstOf(placement: Placement): Promise<IteratorResult<unknown, undefined>> {
    let target = placement.first() ?? (await this.#wait(placement));
    while (target !== undefined) {
      const open = this.#openAt(target, placement);
      try {
        const result = await open.values.next();
        this.#began = true;
        if (result.done === true && this.#open === open) this.#close(open);
        return result;
      } catch (error) {
        target = await this.#after(open, RpcError.from(error), placement);
      }
    }
    return DONE;
  }

  /** Where the stream goes after its first value could not be had; undefined once nobody reads it. @throws RpcError */
  async #after(open: OpenStream, error: RpcError, placement: Placement): Promise<PoolTarget | undefined> {
    if (this.#open === open) this.#close(open, error);
    if (this.#over) return undefined;
    const next = placement.afterError(error);
    if (next !== undefined) return next;
    if (placement.waitsAfter(error)) return this.#wait(placement);
    throw withExecuted(error, eitherExecuted(error.executed, placement.executed));
  }

  /** Waits for a target; undefined once nobody reads the stream. @throws RpcError */
  async #wait(placement: Placement): Promise<PoolTarget | undefined> {
    const { signal } = this.#call.options;
    const ended = signal === undefined ? this.#leaving.signal : AbortSignal.any([signal, this.#leaving.signal]);
    while (placement.waitsForTargets) {
      // Whoever has left is told nothing any more.
      const isThere = await placement.wait(ended).then(
        () => true,
        (error: unknown) => this.#isWanted(error),
      );
      if (!isThere) return undefined;
      if (placement.leftMs <= 0) throw placement.late();
      const target = placement.first();
      if (target !== undefined) return target;
    }
    throw placement.noTarget();
  }

  /** False once nobody reads the stream. @throws what went wrong, if somebody does */
  #isWanted(error: unknown): false {
    if (!this.#over) throw error;
    return false;
  }

  #openAt(target: PoolTarget, placement: Placement): OpenStream {
    const { method, args, options } = this.#call;
    const stream =
      target.channel.stream?.(method, args, placement.attemptOptions(options.signal)) ?? carriedByNobody(placement);
    const open = { target, begun: target.began(), stream, values: stream[Symbol.asyncIterator]() };
    this.#open = open;
    return open;
  }

  #close({ target, begun, stream }: OpenStream, error?: RpcError): void {
    this.#open = undefined;
    this.#missed = stream.missed;
    const { pool, throttle } = this.#shared;
    const end = this.#endOf(error);
    pool.ended(target, begun, end);
    spend(throttle, end);
  }

  /** How long a stream takes says nothing of how long calls take, nor does how long one went on before it fell silent. */
  #endOf(error: RpcError | undefined): CallEnd {
    const end = error === undefined ? ANSWERED : endOfError(error);
    if (end.kind === 'answered') return ANSWERED;
    return end.kind === 'silent' && this.#began ? { kind: 'failed', movesOn: true } : end;
  }
}

function carriedByNobody({ label }: Placement): RpcStream<never> {
  return RpcStream.from((): never => {
    throw new RpcError('FAILED_PRECONDITION', `${label}: this wire carries no streams. Balance over the native wire.`);
  });
}
