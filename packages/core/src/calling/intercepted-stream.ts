import type { Executed, RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import type { ClientCall } from '../interception/client-call.js';
import { RUNS_ONCE } from '../interception/repeatable.js';
import { runChain } from '../interception/run-chain.js';
import { currentScope } from '../context.js';
import { DONE, iteratorOf, isSource, readTwice, RpcStream, type PulledIterator } from '../stream.js';
import { AbortSignals, type Abortable } from './abort-signals.js';
import { Attempts } from './attempts.js';
import { cancelledBy } from './call-errors.js';
import { firstSight, optionsOf, type CallToMake } from './intercepted-making.js';
import { StreamAttempt } from './stream-attempt.js';

type Result = IteratorResult<unknown, undefined>;

interface Reader {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: RpcError) => void;
}

/** Ends streams that interceptors keep from ending by themselves. */
const signals = new AbortSignals<InterceptedStream>((stream, signal) => stream.fail(cancelledBy(stream, signal)));

/** What a stub gives for a stream behind interceptors, which stand around it from when its first value is asked for. */
export class InterceptedStream
  extends RpcStream<unknown>
  implements AsyncIterableIterator<unknown, undefined>, Abortable
{
  readonly signal: AbortSignal | undefined;
  inheritedSignal: AbortSignal | undefined;
  readonly #making: CallToMake;
  readonly #attempts: Attempts<StreamAttempt>;
  readonly #waiting = new Set<Reader>();
  /** Each that was given to interceptors, whether they read it or not. */
  readonly #given: RpcStream<unknown>[] = [];
  #source: Promise<PulledIterator> | undefined;
  #mayRepeat = (): boolean => false;
  #isRead = false;
  #ended = false;
  /** What is yet to be told of why it ended. */
  #error: RpcError | undefined;

  constructor(making: CallToMake) {
    super();
    this.#making = making;
    this.signal = making.options.signal;
    this.#attempts = new Attempts(making.method, () => this.#mayRepeat());
  }

  get missed(): number {
    return this.#given.reduce((sum, { missed }) => sum + missed, 0);
  }

  get executed(): Executed {
    return this.#attempts.executed;
  }

  [Symbol.asyncIterator](): this {
    if (this.#isRead) throw readTwice();
    this.#isRead = true;
    return this;
  }

  next(): Promise<Result> {
    if (this.#ended) return this.#finish();
    return new Promise((resolve, reject) => {
      const reader = { resolve, reject };
      this.#waiting.add(reader);
      this.#pull().then(
        (result) => this.#pulled(reader, result),
        (error: unknown) => this.fail(this.#attempts.errorOf(error)),
      );
    });
  }

  return(): Promise<Result> {
    this.cancel();
    return Promise.resolve(DONE);
  }

  cancel(): void {
    this.#end();
    this.#error = undefined;
  }

  /** Ends it with an error, which is told once. */
  fail(error: RpcError): void {
    if (this.#ended) return;
    const [first] = this.#waiting;
    if (first === undefined) this.#error = error;
    else this.#waiting.delete(first);
    first?.reject(error);
    this.#end();
  }

  /** An attempt: nothing is sent before it is read. */
  run(call: ClientCall): RpcStream<unknown> {
    const { channel, method, options } = this.#making;
    const values = new StreamAttempt(
      () => channel.stream!(method, call.args, optionsOf(call, options)),
      (attempt) => {
        this.#attempts.check();
        this.#attempts.add(attempt);
      },
    );
    this.#given.push(values);
    return values;
  }

  thrown(error: unknown): RpcStream<never> {
    const failure = this.#attempts.errorOf(error);
    return RpcStream.from((): never => {
      throw failure;
    });
  }

  #pulled(reader: Reader, result: Result): void {
    if (!this.#waiting.delete(reader)) return;
    if (result.done === true) this.#end();
    reader.resolve(result.done === true ? DONE : result);
  }

  async #pull(): Promise<Result> {
    this.#source ??= this.#open();
    return (await (await this.#source).next()) as Result;
  }

  async #open(): Promise<PulledIterator> {
    const { interceptors } = this.#making;
    this.inheritedSignal = currentScope()?.signal;
    signals.add(this);
    const first = firstSight(this.#making, this.#attempts);
    this.#mayRepeat = () => first.values.get(RUNS_ONCE);
    const values: unknown = await runChain(interceptors, first, this);
    if (!isSource(values)) throw noStream(this.#making, values);
    const source = iteratorOf(values);
    // It may have ended while an interceptor took its time.
    if (this.#ended) endQuietly(source);
    return source;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    signals.remove(this);
    for (const { resolve } of this.#waiting) resolve(DONE);
    this.#waiting.clear();
    // An interceptor that waits for a value hears of the end by that: then it is told by its own end.
    for (const values of this.#given) values.cancel();
    this.#source?.then(endQuietly, () => undefined);
  }

  #finish(): Promise<Result> {
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve(DONE) : Promise.reject(error);
  }
}

/** Nobody is left to hear how the source takes it. */
function endQuietly(source: PulledIterator): void {
  void (async () => source.return?.())().catch(() => undefined);
}

function noStream({ method: { service, property } }: CallToMake, given: unknown): TypeError {
  return new TypeError(
    `${service}.${property} answers with a stream, and an interceptor gave ${inspectOption(given)}. Return what next() gave, or ` +
      'an async iterable.',
  );
}
