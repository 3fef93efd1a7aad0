import { AsyncResource } from 'node:async_hooks';
import type { Codec } from '../codec/codec.js';
import type { CallStream, ItemStreams, Millis, OutgoingStreams } from '../engine/engine.js';
import type { Address } from '../address.js';
import { RpcError, type Executed } from '../errors.js';
import type { Reply } from '../reply.js';
import type { PulledIterator } from '../stream.js';
import { ItemPump } from '../streaming/item-pump.js';
import { ItemReader } from '../streaming/item-reader.js';
import type { StreamEnd } from '../streaming/stream-end.js';
import { isThenable } from '../thenable.js';
import { takeAnswer, type TakenAnswer } from './client-result.js';
import { StartedCall, type StartedCallParts } from './started-call.js';

/** What a {@link StartedStream} is made of, beside what any call is. */
export interface StartedStreamParts {
  readonly codec: Codec;
  readonly answers: boolean;
  /** What is sent after the arguments. */
  readonly source: PulledIterator | undefined;
  /** How long whoever reads waits for a value, and how long all of it may take; `Infinity` for ever. */
  readonly idleMs: Millis;
  readonly totalMs: Millis;
  readonly now: () => Millis;
}

/** What a {@link StartedStream} tells of itself. */
export interface StartedStreamOwner {
  /** It cannot go on. */
  failed(call: StartedStream, error: RpcError): void;
  /** Whoever read it has left. */
  left(call: StartedStream): void;
  /** The engine was given something to do. */
  changed(): void;
}

/** A call of ours that has streams: what a {@link StartedCall} is, and what goes over it. */
export class StartedStream extends StartedCall implements StreamEnd {
  /** What the handler answers with; undefined if that is one value. */
  readonly reader: ItemReader | undefined;
  readonly #parts: StartedStreamParts;
  readonly #owner: StartedStreamOwner;
  readonly #pump: ItemPump | undefined;
  readonly #endsBy: Millis;
  readonly #streams: OutgoingStreams;
  declare deadline: Millis;
  /** The engine's end of it, once it has the call. */
  #stream: CallStream | undefined;
  /** Whether somebody has waited for a value since the last one came. */
  #waiting = false;
  /** When it ended in silence. */
  #silentAt: Millis | undefined;

  constructor(call: StartedCallParts, parts: StartedStreamParts, owner: StartedStreamOwner) {
    super(call);
    this.#parts = parts;
    this.#owner = owner;
    this.#endsBy = call.started + parts.totalMs;
    this.deadline = Math.min(this.deadline, this.#endsBy);
    this.#streams = { answers: parts.answers, takes: parts.source !== undefined, arrivesBy: this.deadline };
    if (parts.answers) this.reader = this.#newReader();
    if (parts.source !== undefined) this.#pump = this.#newPump(parts.source);
  }

  override get streams(): OutgoingStreams {
    return this.#streams;
  }

  override get executed(): Executed {
    return this.#stream?.started === true ? 'yes' : super.executed;
  }

  override goesTo(to: Address): void {
    super.goesTo(to);
    // Until now it was that by which the call had to leave.
    this.deadline = this.#endsBy;
  }

  override handed(): void {
    this.#stream = this.#items.streamOf(this.handle);
    this.#stream.handling = this;
    if (this.#waiting) this.#expect();
  }

  item(index: number, payload: Uint8Array): void {
    this.#waiting = false;
    this.answerBytes += payload.length;
    this.answerItems += 1;
    this.reader?.arrived(index, payload);
  }

  /** Of the other end. */
  itemsEnded(): void {
    // Nothing to do.
  }

  writable(): void {
    this.#pump?.pull();
  }

  stopped(): void {
    this.#pump?.stop();
  }

  override end(reply: Reply<unknown>): void {
    this.#pump?.stop();
    this.#silentAt = this.#parts.now();
    if (reply.received) this.reader?.finished();
    else this.reader?.finished({ error: this.silenceError() });
    super.end(reply);
  }

  override fail(error: RpcError): void {
    this.#pump?.stop();
    this.reader?.finished({ error });
    super.fail(error);
  }

  override silenceError(): RpcError | undefined {
    const { idleMs, totalMs } = this.#parts;
    if (this.#silentAt !== undefined && this.#silentAt >= this.#endsBy)
      return this.#late(`The stream took longer than ${totalMs} ms`);
    if (this.#waiting && this.#stream !== undefined && idleMs !== Infinity && this.executed !== 'no')
      return this.#late(`No value came for ${idleMs} ms`);
    return super.silenceError();
  }

  #late(what: string): RpcError {
    return new RpcError('DEADLINE_EXCEEDED', `${what}: ${this.label}.`, { executed: this.executed });
  }

  get #items(): ItemStreams {
    return this.engine.streams!;
  }

  #expect(): void {
    const { idleMs, now } = this.#parts;
    if (idleMs === Infinity) return;
    this.#items.expectItem(this.#stream!, now() + idleMs);
    this.#owner.changed();
  }

  #newReader(): ItemReader {
    return new ItemReader({
      bestEffort: this.delivery === 'best-effort',
      valueOf: (payload) => this.#valueOf(payload),
      taken: (bytes) => {
        if (this.#stream === undefined || this.ended) return;
        if (this.#items.take(this.#stream, 1, bytes)) this.#owner.changed();
      },
      waits: () => {
        this.#waiting = true;
        if (this.#stream !== undefined && !this.ended) this.#expect();
      },
      unreadable: (error) => this.#owner.failed(this, error),
      left: () => this.#owner.left(this),
    });
  }

  #valueOf(payload: Uint8Array): unknown {
    const { clientResult } = this.contract;
    const value = this.#decode(payload);
    if (clientResult === undefined) return value;
    const taken = takeAnswer(this.label, clientResult, value);
    return isThenable(taken) ? taken.then(unwrap) : unwrap(taken);
  }

  #decode(payload: Uint8Array): unknown {
    try {
      return this.#parts.codec.decode(payload);
    } catch {
      const message = `${this.label}: a value cannot be decoded. Both sides need the same codec and extension types.`;
      throw new RpcError('DATA_LOSS', message, { executed: 'yes' });
    }
  }

  #newPump(source: PulledIterator): ItemPump {
    // A generator's body runs in the context of whoever asks it for a value.
    const context = new AsyncResource('rpcudp.stream');
    return new ItemPump(source, {
      enter: (run) => context.runInAsyncScope(run),
      itemOf: (value) => this.#parts.codec.encode(value),
      send: (item) => this.#items.sendItem(this.#stream!, item as Uint8Array),
      finished: () => {
        this.#items.endItems(this.#stream!);
        this.#owner.changed();
      },
      failed: (error) => this.#owner.failed(this, sourceError(this.label, error, this.executed)),
      turnEnded: () => this.#owner.changed(),
    });
  }
}

function unwrap(taken: TakenAnswer): unknown {
  if ('error' in taken) throw taken.error;
  return taken.value;
}

/** An error of what the caller streams is its own, whatever the other side made of what came before. */
function sourceError(label: string, cause: unknown, executed: Executed): RpcError {
  if (RpcError.is(cause)) return new RpcError(cause.code, cause.message, { executed, details: cause.details, cause });
  return new RpcError('ABORTED', `${label}: what is streamed to it failed: ${RpcError.from(cause).message}`, {
    executed,
    cause,
  });
}
