import { decodeFailure } from '../codec/failure.js';
import { runInContext } from '../context.js';
import type { CallStream, EndFailure, ItemStreams } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import type { ItemGuards } from '../service/item-guards.js';
import type { PulledIterator } from '../stream.js';
import { ItemPump } from '../streaming/item-pump.js';
import { ItemReader } from '../streaming/item-reader.js';
import type { StreamEnd } from '../streaming/stream-end.js';
import type { Handling } from './handling.js';

/** The end of a call with streams that is handled here: what its handler reads, and what it answers with. */
export class HandledStream implements StreamEnd {
  /** What the caller sends, for the handler. */
  readonly reader: ItemReader | undefined;
  readonly #handling: Handling;
  readonly #stream: CallStream;
  readonly #items: ItemStreams;
  readonly #guards: ItemGuards;
  #pump: ItemPump | undefined;
  /** Whether an item is wanted, though there is nothing yet to pull it from. */
  #wanted = false;
  /** Ends the stage that runs, with an error. */
  #failStage: ((error: unknown) => void) | undefined;

  constructor(handling: Handling, stream: CallStream, guards: ItemGuards) {
    this.#handling = handling;
    this.#stream = stream;
    this.#items = handling.source.streams!.items;
    this.#guards = guards;
    if (stream.takes) this.reader = this.#newReader();
  }

  item(index: number, payload: Uint8Array): void {
    this.reader?.arrived(index, payload);
  }

  itemsEnded(failure: EndFailure | undefined): void {
    this.reader?.finished(failure && { error: this.#errorOf(failure) });
  }

  writable(): void {
    if (this.#pump === undefined) this.#wanted = true;
    else this.#pump.pull();
  }

  /** The caller ends its call instead. */
  stopped(): void {
    // Nothing to do.
  }

  /** What a stage promised, unless the stream fails before: a value may come that is none. */
  until(promise: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#failStage = reject;
      promise.then(resolve, reject);
    });
  }

  /** Answers with the values of an iterator; resolves with whether its end was still wanted. */
  answerWith(source: PulledIterator): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#failStage = reject;
      const { source: from, request, trace } = this.#handling;
      const inContext = <T>(run: () => T): T => runInContext(this.#handling, run) as T;
      trace?.streamBegins();
      this.#pump = new ItemPump(source, {
        // A generator's body runs in the context of whoever asks it for a value.
        enter: trace === undefined ? inContext : (run) => trace.enter(() => inContext(run)),
        itemOf: (value) => this.#guards.answered?.(value) ?? value,
        send: (value) => this.#send(from.codec.encode(value)),
        finished: () => resolve(from.replier.respond(request, NOTHING)),
        failed: reject,
        turnEnded: from.streams!.changed,
      });
      if (this.#wanted) this.#pump.pull();
    });
  }

  /** The call is over, with whatever came of it. */
  ended(reason: RpcError | undefined): void {
    this.#pump?.stop();
    this.#handling.endSources();
    this.reader?.abandoned(
      reason ?? new RpcError('CANCELLED', 'The call is over: nothing more of its stream is read.'),
    );
  }

  #send(item: Uint8Array): boolean {
    this.#handling.answerBytes += item.length;
    this.#handling.answerItems += 1;
    return this.#items.sendItem(this.#stream, item);
  }

  #newReader(): ItemReader {
    const { source } = this.#handling;
    const { bestEffort } = this.#stream;
    return new ItemReader({
      bestEffort,
      valueOf: (payload) => {
        const value = this.#decode(payload);
        return this.#guards.taken === undefined ? value : this.#guards.taken(value);
      },
      taken: (bytes) => {
        if (this.#items.take(this.#stream, 1, bytes)) source.streams!.changed();
      },
      waits: () => undefined,
      unreadable: (error) => {
        this.#failStage?.(error);
        this.#handling.abort(error);
      },
      left: () => {
        this.#items.stopItems(this.#stream);
        source.streams!.changed();
      },
    });
  }

  #decode(payload: Uint8Array): unknown {
    try {
      return this.#handling.source.codec.decode(payload);
    } catch (error) {
      const message = 'A value of the stream cannot be decoded. Both sides need the same codec and extension types.';
      throw new RpcError('INVALID_ARGUMENT', message, { executed: 'yes', cause: error });
    }
  }

  #errorOf({ code, payload }: EndFailure): RpcError {
    const { source, method } = this.#handling;
    const label = `What the caller streams to ${method.service}.${method.property}`;
    return decodeFailure(source.codec, { code, executed: 'unknown', origin: 'remote', payload }, label);
  }
}

/** What ends a stream: what a generator returns is for nobody. */
const NOTHING = new Uint8Array(0);
