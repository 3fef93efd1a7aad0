/**
 * What the decorators let through and what they make a compile error, under each decorator kind: compiled three times,
 * never run.
 *
 * Two mistakes are compile errors under standard decorators alone, so they are not here: a getter that gives a function,
 * and a method whose name is a number.
 */
import { RpcMethod, RpcService } from '@rpcudp/core';
import type { RpcMethodDecorator } from '@rpcudp/core/service';
import * as v from 'valibot';
import { z } from 'zod';

@RpcService('Allowed')
export class Allowed {
  @RpcMethod()
  nothing(): void {}

  @RpcMethod({})
  async later(): Promise<void> {}

  @RpcMethod({ name: 'find_node', timeoutMs: 200 })
  named(key: Uint8Array): Uint8Array {
    return key;
  }

  @RpcMethod()
  withThis(this: Allowed, name: string): string {
    return name;
  }

  @RpcMethod()
  generic<T extends string>(value: T): T {
    return value;
  }

  overloaded(value: string): string;
  overloaded(value: number): number;
  @RpcMethod()
  overloaded(value: string | number): string | number {
    return value;
  }

  @RpcMethod({ args: z.tuple([z.string(), z.string().optional()]), result: z.string() })
  optional(name: string, mark?: string): string {
    return name + (mark ?? '');
  }

  @RpcMethod({ args: z.tuple([z.string()]).rest(z.number()) })
  rest(name: string, ...numbers: number[]): string {
    return name + numbers.join('');
  }

  @RpcMethod({ args: v.tuple([v.pipe(v.string(), v.transform(Number))]) })
  transformed(value: number): number {
    return value;
  }

  @RpcMethod({ result: v.void() })
  schemaOfNothing(): void {}

  @RpcMethod({ args: z.array(z.unknown()), result: z.unknown() })
  unchecked(value: number): number {
    return value;
  }

  @RpcMethod({ result: z.bigint().transform(String), clientResult: z.string().transform(BigInt) })
  convertedBothWays(): bigint {
    return 1n;
  }

  @RpcMethod({ result: z.enum(['yes', 'no']) })
  async narrower(): Promise<string> {
    return 'yes';
  }
}

@RpcService({ name: 'Derived' })
export abstract class Derived extends Allowed {
  @RpcMethod()
  override nothing(): void {}

  @RpcMethod()
  abstractly(): void {}
}

/** Nobody but the class constructs it. */
@RpcService('Singleton')
export class Singleton {
  static readonly instance = new Singleton();
  private constructor() {}

  @RpcMethod()
  get(): string {
    return '';
  }
}

@RpcService('Protected')
export abstract class Protected<T> {
  protected constructor(readonly value: T) {}

  @RpcMethod()
  put(value: T): this {
    return value === this.value ? this : this;
  }

  abstract get(): T;
}

export class GenericChild<T extends object> extends Protected<T> {
  @RpcMethod()
  get(): T {
    return this.value;
  }

  @RpcMethod()
  property<K extends keyof T>(key: K): T[K] {
    return this.value[key];
  }
}

type Constructor<T = object> = new (...args: any[]) => T; // eslint-disable-line @typescript-eslint/no-explicit-any -- as mixins need it

export function Mixin<Base extends Constructor<Allowed>>(base: Base): Constructor<{ mixed(): string }> & Base {
  class Mixed extends base {
    @RpcMethod()
    mixed(): string {
      return '';
    }

    @RpcMethod()
    override nothing(): void {}
  }
  return Mixed;
}

/** Decorators of users that are made of this one. */
export const composed = (): RpcMethodDecorator<unknown[], unknown, unknown> => RpcMethod({ delivery: 'idempotent' });

export function legacyByHand(prototype: object, property: string, descriptor: PropertyDescriptor): void {
  RpcMethod()(prototype, property, descriptor);
}

export function standardByHand(
  method: () => void,
  context: ClassMethodDecoratorContext & { readonly name: string; readonly private: false; readonly static: false },
): void {
  RpcMethod()(method, context);
}

export class Composed {
  @composed()
  method(): void {}

  // @ts-expect-error -- callers cannot call it
  @composed()
  protected hidden(): void {}
}

export class HiddenMethods {
  // @ts-expect-error -- callers cannot call it
  @RpcMethod()
  private secret(): string {
    return '';
  }

  // @ts-expect-error -- callers cannot call it
  @RpcMethod()
  protected shielded(): string {
    return this.secret();
  }
}

export class HiddenGeneric<T> {
  // @ts-expect-error -- callers cannot call it
  @RpcMethod()
  protected shielded(value: T): T {
    return value;
  }
}

export class ReservedNames {
  // @ts-expect-error -- a stub with it would be awaited
  @RpcMethod()
  then(): void {}

  // @ts-expect-error -- every object has it
  @RpcMethod()
  toString(): string {
    return '';
  }

  // @ts-expect-error -- every object has it
  @RpcMethod()
  toLocaleString(): string {
    return '';
  }

  // @ts-expect-error -- JSON.stringify calls it
  @RpcMethod()
  toJSON(): string {
    return '';
  }

  // @ts-expect-error -- every object has it
  @RpcMethod()
  valueOf(): string {
    return '';
  }

  // @ts-expect-error -- every object has it
  @RpcMethod()
  hasOwnProperty(): boolean {
    return true;
  }

  // @ts-expect-error -- every object has it
  @RpcMethod()
  isPrototypeOf(): boolean {
    return true;
  }

  // @ts-expect-error -- every object has it
  @RpcMethod()
  propertyIsEnumerable(): boolean {
    return true;
  }

  // @ts-expect-error -- every object has it
  @RpcMethod()
  __defineGetter__(): void {}
}

const symbol = Symbol('a name that cannot travel');

export class WrongMembers {
  // @ts-expect-error -- a symbol has no name on the wire
  @RpcMethod()
  [symbol](): void {}

  // @ts-expect-error -- an instance is served, not the class
  @RpcMethod()
  static onTheClass(): void {}

  // @ts-expect-error -- a field is no method
  @RpcMethod()
  field = 1;

  // @ts-expect-error -- a field is no method, whatever it holds
  @RpcMethod()
  functionField = (): number => 1;

  // @ts-expect-error -- an accessor is no method
  @RpcMethod()
  get accessor(): number {
    return this.field;
  }
}

/** How compilers call standard decorators: legacy ones are a syntax error on `#hidden`. */
type StandardContext<Name extends string, Private extends boolean> = ClassMethodDecoratorContext & {
  readonly name: Name;
  readonly private: Private;
  readonly static: false;
};

export function standardContexts(
  method: () => void,
  shown: StandardContext<'shown', false>,
  hidden: StandardContext<'#hidden', true>,
  getter: ClassGetterDecoratorContext & { readonly name: 'getter'; readonly private: false; readonly static: false },
): void {
  RpcMethod()(method, shown);
  // @ts-expect-error -- nobody outside of the class can call it
  RpcMethod()(method, hidden);
  // @ts-expect-error -- an accessor is no method
  RpcMethod()(method, getter);
}

// @ts-expect-error -- a class has no method decorator
@RpcMethod()
export class DecoratedAsMethod extends Allowed {}

export class WrongOptions {
  // @ts-expect-error -- no such option
  @RpcMethod({ timeout: 200 })
  unknownOption(): void {}

  // @ts-expect-error -- a string is no number of milliseconds
  @RpcMethod({ timeoutMs: '200' })
  wrongOption(): void {}

  // @ts-expect-error -- a string is no number of milliseconds
  @RpcMethod({ idleMs: '200' })
  async *wrongTime(): AsyncGenerator<number> {
    yield 1;
  }

  // @ts-expect-error -- the name is an option
  @RpcMethod('find_node')
  noOptions(): void {}

  // @ts-expect-error -- parentheses are missing
  @RpcMethod
  bare(): void {}
}

export class WrongSchemas {
  // @ts-expect-error -- not a schema
  @RpcMethod({ args: [String] })
  noSchema(name: string): string {
    return name;
  }

  // @ts-expect-error -- arguments are an array
  @RpcMethod({ args: z.string() })
  noArray(name: string): string {
    return name;
  }

  // @ts-expect-error -- the method takes a string
  @RpcMethod({ args: z.tuple([z.number()]) })
  wrongArgument(name: string): string {
    return name;
  }

  // @ts-expect-error -- the method takes a string, and that is what comes in but not what comes out
  @RpcMethod({ args: v.tuple([v.pipe(v.string(), v.transform(Number))]) })
  wrongOutput(name: string): string {
    return name;
  }

  // @ts-expect-error -- the method takes one argument
  @RpcMethod({ args: v.tuple([v.string(), v.number()]) })
  tooMany(name: string): string {
    return name;
  }

  // @ts-expect-error -- the method needs two arguments
  @RpcMethod({ args: z.tuple([z.string()]) })
  tooFew(name: string, mark: string): string {
    return name + mark;
  }

  // @ts-expect-error -- the method returns a string
  @RpcMethod({ result: z.number() })
  wrongResult(name: string): string {
    return name;
  }

  // @ts-expect-error -- the method resolves to a string
  @RpcMethod({ result: v.number() })
  async wrongLateResult(name: string): Promise<string> {
    return name;
  }

  // @ts-expect-error -- clients are promised a bigint
  @RpcMethod({ clientResult: z.number() })
  wrongClientResult(): bigint {
    return 1n;
  }

  // @ts-expect-error -- clients are promised a secret that the schema takes out
  @RpcMethod({ result: z.object({ name: z.string() }) })
  lostProperty(): { name: string; secret: string } {
    return { name: 'Snake', secret: 'Plissken' };
  }
}

// @ts-expect-error -- the name is missing
@RpcService()
export class NoName extends Allowed {}

// @ts-expect-error -- parentheses and name are missing
@RpcService
export class BareService extends Allowed {}

// @ts-expect-error -- no such option
@RpcService({ name: 'Greeter', version: 2 })
export class UnknownServiceOption extends Allowed {}

// @ts-expect-error -- a number is no name
@RpcService({ name: 1 })
export class WrongServiceName extends Allowed {}

export class ServiceMethod {
  // @ts-expect-error -- a method is no service
  @RpcService('Greeter')
  method(): void {}
}

declare const numbers: AsyncIterable<number>;
declare const anything: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- what may be declared of it is the question

export class Streams<T, S extends AsyncIterable<string>> {
  constructor(
    readonly value: T,
    readonly values: AsyncIterable<T>,
    readonly texts: S,
  ) {}

  @RpcMethod()
  async *tells(): AsyncGenerator<number> {
    yield* numbers;
  }

  @RpcMethod({ stream: true, items: z.number() })
  async *saysSo(): AsyncGenerator<number> {
    yield* numbers;
  }

  @RpcMethod({ stream: true, result: z.number(), clientResult: z.number() })
  iterable(): AsyncIterable<number> {
    return numbers;
  }

  @RpcMethod({ stream: 'server', delivery: 'best-effort' })
  async later(): Promise<AsyncIterable<number>> {
    return numbers;
  }

  @RpcMethod({ stream: 'client', args: z.tuple([z.string()]), items: z.instanceof(Uint8Array), result: z.number() })
  async upload(name: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    for await (const chunk of chunks) if (chunk.length === 0) return 0;
    return name.length;
  }

  @RpcMethod({ stream: 'both', items: z.string(), result: z.number() })
  async *chat(words: AsyncIterable<string>): AsyncGenerator<number> {
    for await (const word of words) yield word.length;
  }

  @RpcMethod({ stream: 'both' })
  relay(words: AsyncIterable<string>): AsyncIterable<string> {
    return words;
  }

  @RpcMethod({ stream: true })
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what may be declared of it is the question
  untyped(): any {
    return anything;
  }

  // What the parameters of a class are is nobody's business here.
  @RpcMethod()
  async generic(value: T, other: T | null): Promise<T | null> {
    return other ?? value;
  }

  @RpcMethod()
  async *genericValues(value: T): AsyncGenerator<T> {
    yield value;
  }

  @RpcMethod({ stream: true })
  genericIterable(_value: T): AsyncIterable<T> {
    return this.values;
  }

  @RpcMethod({ stream: 'client' })
  genericTaken(_value: T, _values: AsyncIterable<T>): void {}
}

export class WrongStreams {
  // @ts-expect-error -- a function that is no generator does not tell that it answers with many values
  @RpcMethod()
  iterable(): AsyncIterable<number> {
    return numbers;
  }

  // @ts-expect-error -- nor does an asynchronous one
  @RpcMethod({ timeoutMs: 200 })
  async later(): Promise<AsyncIterable<number>> {
    return numbers;
  }

  // @ts-expect-error -- nobody tells that its last parameter is a stream
  @RpcMethod()
  async upload(_name: string, _chunks: AsyncIterable<Uint8Array>): Promise<number> {
    return 0;
  }

  // @ts-expect-error -- the caller streams, too
  @RpcMethod({ stream: true })
  chat(words: AsyncIterable<string>): AsyncIterable<string> {
    return words;
  }

  // @ts-expect-error -- the caller streams, too
  @RpcMethod()
  async *answer(words: AsyncIterable<string>): AsyncGenerator<string> {
    yield* words;
  }

  // @ts-expect-error -- it answers with many values
  @RpcMethod({ stream: false })
  async *denied(): AsyncGenerator<number> {
    yield* numbers;
  }

  // @ts-expect-error -- it answers once
  @RpcMethod({ stream: true })
  once(): number {
    return 1;
  }

  // @ts-expect-error -- no such word
  @RpcMethod({ stream: 'duplex' })
  misspelt(): AsyncIterable<number> {
    return numbers;
  }

  // @ts-expect-error -- its values are numbers
  @RpcMethod({ items: z.string() })
  async *wrongItems(): AsyncGenerator<number> {
    yield* numbers;
  }

  // @ts-expect-error -- the caller streams strings
  @RpcMethod({ stream: 'client', items: z.number() })
  wrongTaken(_words: AsyncIterable<string>): void {}

  // @ts-expect-error -- the stream is none of the arguments
  @RpcMethod({ stream: 'client', args: z.tuple([z.unknown()]) })
  wrongArguments(_words: AsyncIterable<string>): void {}
}
