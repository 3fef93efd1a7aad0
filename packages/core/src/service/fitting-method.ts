/** Whether a method's type and what its decorator declares fit each other: `unknown` if they do, else a type that says why not. */
import type { AnswerOf, ArgumentsOf, GuardedItem, StreamOption } from './stream-types.js';

/** What a decorated method has to be, beside what it is. */
export type Fits<F, Args extends readonly unknown[], Result, ClientResult, Items, Stream, Taken, Answered> = Accepts<
  F,
  Args
> &
  Gives<F, Result, ClientResult> &
  Guards<F, Items> &
  Streams<Stream, Taken, Answered>;

/** Whether a method takes what the `args` schema gives. */
type Accepts<F, Args extends readonly unknown[]> = unknown[] extends Args
  ? unknown
  : F extends (this: never, ...args: infer P) => unknown
    ? Args extends ArgumentsOf<P>
      ? unknown
      : { readonly 'the output of args does not fit the parameters': Args }
    : never;

/**
 * Whether what clients get is what the method's type promises them: what the `clientResult` schema gives, or where there
 * is none, what the `result` schema gives.
 */
type Gives<F, Result, ClientResult> = unknown extends ClientResult
  ? unknown extends Result
    ? unknown
    : GivesResult<F, Result, 'the output of result does not fit what the method returns'>
  : GivesResult<F, ClientResult, 'the output of clientResult does not fit what the method returns'>;

type GivesResult<F, Result, Problem extends string> = F extends (this: never, ...args: never[]) => infer R
  ? Result extends AnswerOf<R>
    ? unknown
    : Readonly<Record<Problem, Result>>
  : never;

/** Whether what the `items` schema gives are values of the method's stream. */
type Guards<F, Items> = unknown extends Items
  ? unknown
  : F extends (this: never, ...args: infer P) => infer R
    ? Items extends GuardedItem<P, R>
      ? unknown
      : { readonly 'the output of items does not fit the values of the stream': Items }
    : never;

/** Whether the option `stream` says what the method's type says. Options whose type is not known say nothing here. */
type Streams<Stream, Taken, Answered> = boolean extends Stream
  ? unknown
  : Stream extends StreamOption<Taken, Answered>
    ? unknown
    : { readonly 'the option stream has to be': StreamOption<Taken, Answered> };
