/** What a method's type says of its streams, and what has to be declared of them, for no running program can tell. */
import type { StreamSides } from '../shape.js';

/** `any` and `never`: of them nothing is known, so anything may be declared. */
type IsAnyOrNever<T> = 0 extends T & 1 ? true : [T] extends [never] ? true : false;

type IsStream<T> = IsAnyOrNever<T> extends true ? false : T extends AsyncIterable<unknown> ? true : false;

/** The values of a stream. */
type ItemOf<T> = T extends AsyncIterable<infer Item> ? Item : never;

/** The last parameter, if it is a stream; else never. */
type StreamedParameter<P extends readonly unknown[]> = P extends readonly [...unknown[], infer Last]
  ? IsStream<Last> extends true
    ? Last
    : never
  : never;

/** The parameters whose arguments travel together: all but one that is streamed. */
export type ArgumentsOf<P extends readonly unknown[]> = [StreamedParameter<P>] extends [never]
  ? P
  : P extends readonly [...infer Others, unknown]
    ? Others
    : never;

/** What a method answers with: its result, or where that is a stream, each value. */
export type AnswerOf<R> = IsStream<Awaited<R>> extends true ? ItemOf<Awaited<R>> : Awaited<R>;

/** The values that `items` validates: those that are taken, or where none are, those that are answered. */
export type GuardedItem<P extends readonly unknown[], R> = [StreamedParameter<P>] extends [never]
  ? IsStream<Awaited<R>> extends true
    ? ItemOf<Awaited<R>>
    : unknown
  : ItemOf<StreamedParameter<P>>;

/** Stands for what is no stream. */
export interface NoStream {
  readonly '~noStream': never;
}

/** What a method's answer is inferred as: its own type if that is a stream, else all of this, {@link NoStream} included. */
export type MaybeAnswered = AsyncIterable<unknown> | PromiseLike<AsyncIterable<unknown>> | NoStream;

/** What a method's last parameter is inferred as, in the same way. */
export type MaybeTaken = AsyncIterable<unknown> | NoStream;

/**
 * What no method is, and what type parameters are inferred from all the same. A condition would do in its place, were it not
 * that TypeScript leaves conditions on the type parameters of a class open, and then nothing fits them.
 */
export type Inferring<Taken extends MaybeTaken, Answered extends MaybeAnswered> = ((
  ...args: [...never[], Taken]
) => Answered) &
  NoStream;

/** What the option `stream` may say of a method. An `async *` method that takes no stream tells by itself. */
export type StreamOption<Taken, Answered> =
  IsAnyOrNever<Answered> extends true
    ? boolean | StreamSides | undefined
    : NoStream extends Answered
      ? IsTaken<Taken, 'client', false | undefined>
      : IsTaken<
          Taken,
          'both',
          true | 'server' | (Answered extends AsyncGenerator<unknown, unknown, never> ? undefined : never)
        >;

type IsTaken<Taken, Yes, No> = IsAnyOrNever<Taken> extends true ? Yes | No : NoStream extends Taken ? No : Yes;

/** The same by the types of a signature. */
export type SignatureStreams<P extends readonly unknown[], R> = StreamOption<
  [StreamedParameter<P>] extends [never] ? NoStream : StreamedParameter<P>,
  IsAnyOrNever<R> extends true ? R : IsStream<Awaited<R>> extends true ? R : NoStream
>;
