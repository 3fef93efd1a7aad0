/** Streams in the types of stubs. */

type IsAnyOrNever<T> = 0 extends T & 1 ? true : [T] extends [never] ? true : false;

/** Whether a type is that of values that follow each other. */
export type IsStream<T> = IsAnyOrNever<T> extends true ? false : [T] extends [AsyncIterable<unknown>] ? true : false;

/** The values of a stream. */
export type ItemOf<S> = S extends AsyncIterable<infer T> ? T : never;

/** What callers give for the parameters: for a stream, which comes last, anything that can be iterated. */
export type Sending<P extends unknown[]> = P extends [...unknown[], infer Last]
  ? IsStream<Last> extends true
    ? { [K in keyof P]: IsStream<P[K]> extends true ? AsyncIterable<ItemOf<P[K]>> | Iterable<ItemOf<P[K]>> : P[K] }
    : P
  : P;
