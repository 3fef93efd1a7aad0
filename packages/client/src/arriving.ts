import type { ExtensionClasses } from './extension-classes.js';

/**
 * Stands in a client's types where what the service declares cannot arrive: values travel, behaviour does not. `What` says
 * what was declared there.
 */
export interface CannotArrive<What extends string> {
  readonly '~cannotArrive': What;
}

/**
 * What arrives of a type: the type itself, by its name, unless something in it cannot arrive. Then it is written out, with
 * {@link CannotArrive} in those places, and `Uint8Array` for `Buffer`.
 */
export type Arriving<T> = unknown extends T ? T : [T] extends [Whole<T>] ? T : ArrivingMember<T>;

/** Members of a union that arrive as they are keep their names, whatever the others are. */
type ArrivingMember<T> = T extends unknown ? ([T] extends [Whole<T>] ? T : Written<T>) : never;

type Primitive = string | number | bigint | boolean | null | undefined;

/** What has methods, and arrives as what it is. */
type Builtin = Date | RegExp | UrlLike | ArrayBuffer | ArrayBufferView;
type Extended = ExtensionClasses[keyof ExtensionClasses];

// These two are told by what only they have, for this package does without the types of Node and of browsers.
type BufferLike = Uint8Array & { toJSON(): { type: 'Buffer'; data: number[] } };
type UrlLike = Record<'href' | 'protocol' | 'host' | 'pathname' | 'search' | 'hash', string> & { toJSON(): string };

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- any function at all is meant
type Callable = Function | ((...args: never) => unknown) | (abstract new (...args: never) => unknown);
type Weak = WeakMap<WeakKey, unknown> | WeakSet<WeakKey> | WeakRef<WeakKey>;

/** What takes the place of a type of which nothing can arrive; never if something can. */
type Substitute<T> = T extends Callable
  ? CannotArrive<'a function'>
  : T extends symbol
    ? CannotArrive<'a symbol'>
    : T extends PromiseLike<unknown>
      ? CannotArrive<'a promise'>
      : T extends AsyncIterable<unknown>
        ? CannotArrive<'an asynchronous iterable'>
        : T extends Iterator<unknown, unknown, never>
          ? CannotArrive<'an iterator'>
          : T extends Weak
            ? CannotArrive<'a weak reference'>
            : never;

/**
 * A type that `T` fits if all of it arrives. All parts are looked at by the one comparison that asks, not each by one of
 * its own: TypeScript ends a comparison of recursive types, but not the making of types that compare within.
 */
type Whole<T> = unknown extends T
  ? T
  : T extends Primitive
    ? T
    : T extends BufferLike
      ? never
      : T extends Builtin
        ? T
        : T extends Extended
          ? T
          : T extends readonly unknown[]
            ? WholeArray<T>
            : T extends ReadonlyMap<infer K, infer V>
              ? Exactly<T, Map<K, V>, ReadonlyMap<Whole<K>, Whole<V>>>
              : T extends ReadonlySet<infer E>
                ? Exactly<T, Set<E>, ReadonlySet<Whole<E>>>
                : [Substitute<T>] extends [never]
                  ? { readonly [K in keyof T]: Whole<T[K]> }
                  : never;

/** A class that extends a builtin one arrives as the builtin one. */
type Exactly<T, Builtin, W> = Builtin extends T ? W : never;

/** A tuple is looked at by its places, for only objects and arrays wait until somebody looks at them. */
type WholeArray<T extends readonly unknown[]> = T[number][] extends T
  ? readonly Whole<T[number]>[]
  : { readonly [K in keyof T as K extends keyof [] ? never : K]: Whole<T[K]> };

/** A type written out, with what arrives in place of what does not. */
type Written<T> = unknown extends T
  ? T
  : T extends Primitive
    ? T
    : T extends BufferLike
      ? Uint8Array
      : T extends Builtin
        ? T
        : T extends Extended
          ? T
          : T extends readonly unknown[]
            ? WrittenArray<T>
            : T extends Map<infer K, infer V>
              ? Map<Written<K>, Written<V>>
              : T extends ReadonlyMap<infer K, infer V>
                ? ReadonlyMap<Written<K>, Written<V>>
                : T extends Set<infer E>
                  ? Set<Written<E>>
                  : T extends ReadonlySet<infer E>
                    ? ReadonlySet<Written<E>>
                    : [Substitute<T>] extends [never]
                      ? { [K in keyof T]: Written<T[K]> }
                      : Substitute<T>;

type WrittenArray<T extends readonly unknown[]> = T[number][] extends T
  ? T extends unknown[]
    ? Written<T[number]>[]
    : readonly Written<T[number]>[]
  : { [K in keyof T]: Written<T[K]> };
