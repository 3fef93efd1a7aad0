/**
 * What the generator knows of a service once its source has been read: everything that the emitters need, and nothing of
 * the compiler. `read/` makes it, `emit/` turns it into modules.
 */

/** A type that can travel. Generic types have been instantiated, mapped and conditional ones resolved. */
export type TypeModel =
  | { readonly kind: 'keyword'; readonly name: KeywordName }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | bigint }
  /** Classes of the language that travel as themselves. */
  | { readonly kind: 'builtin'; readonly name: 'Date' | 'Uint8Array' }
  | { readonly kind: 'array'; readonly element: TypeModel; readonly readonly: boolean }
  | { readonly kind: 'tuple'; readonly elements: readonly TupleElementModel[]; readonly readonly: boolean }
  | { readonly kind: 'map'; readonly key: TypeModel; readonly value: TypeModel; readonly readonly: boolean }
  /** `{ … }` written in place. */
  | ObjectModel
  | { readonly kind: 'union'; readonly members: readonly TypeModel[] }
  /** A declaration of {@link ServiceModel.declarations}, by its name there. */
  | { readonly kind: 'reference'; readonly name: string }
  /** One member of an enum that is declared in the module. */
  | {
      readonly kind: 'enum-member';
      readonly enumName: string;
      readonly member: string;
      readonly value: string | number;
    };

/** `void` stands only for what a method gives back; `any` and `unknown` are let through as `unknown` outside strict mode. */
export type KeywordName =
  'string' | 'number' | 'boolean' | 'bigint' | 'null' | 'undefined' | 'void' | 'unknown' | 'never';

export interface TupleElementModel {
  /** The label, if it has one. */
  readonly name: string | undefined;
  readonly type: TypeModel;
  readonly optional: boolean;
  /** `...type[]`: `type` is that of one element. */
  readonly rest: boolean;
}

export interface ObjectModel {
  readonly kind: 'object';
  readonly properties: readonly PropertyModel[];
  /** The type of properties under any other key, if there is an index signature. */
  readonly index:
    { readonly key: 'string' | 'number'; readonly value: TypeModel; readonly readonly: boolean } | undefined;
}

export interface PropertyModel {
  /** As it is, not quoted. */
  readonly name: string;
  readonly type: TypeModel;
  readonly optional: boolean;
  readonly readonly: boolean;
  readonly doc: string | undefined;
}

/** A named type that the signatures reach, written out in the module. Recursive types refer to themselves by name. */
export type DeclarationModel =
  | { readonly kind: 'interface'; readonly name: string; readonly doc: string | undefined; readonly shape: ObjectModel }
  | { readonly kind: 'alias'; readonly name: string; readonly doc: string | undefined; readonly type: TypeModel }
  | {
      readonly kind: 'enum';
      readonly name: string;
      readonly doc: string | undefined;
      readonly members: readonly {
        readonly name: string;
        readonly value: string | number;
        readonly doc: string | undefined;
      }[];
    };

export interface ParameterModel {
  readonly name: string;
  readonly type: TypeModel;
  /** Marked `?`, or with a default value. */
  readonly optional: boolean;
  /** `...name: type[]`: `type` is that of one element. */
  readonly rest: boolean;
}

/** One call signature: an overloaded method has several. */
export interface SignatureModel {
  readonly parameters: readonly ParameterModel[];
  /** What a call gives when it is answered: promises are unwrapped. */
  readonly result: TypeModel;
}

export interface MethodModel {
  /** The property of the class and of the stub. */
  readonly property: string;
  /** The name on the wire. */
  readonly name: string;
  readonly delivery: 'at-most-once' | 'idempotent' | 'best-effort';
  readonly shape: 'unary' | 'one-way';
  readonly timeoutMs: number | undefined;
  readonly doc: string | undefined;
  /** At least one. */
  readonly signatures: readonly SignatureModel[];
}

export interface ServiceModel {
  /** The service's name on the wire. */
  readonly name: string;
  /** The name of the class. */
  readonly className: string;
  readonly doc: string | undefined;
  readonly methods: readonly MethodModel[];
  /** Named types that its signatures reach, in the order in which they are first reached. */
  readonly declarations: readonly DeclarationModel[];
  /** The absolute path of the file that declares the class. */
  readonly sourceFile: string;
  /** Where the class's name stands in it, both from 1. */
  readonly position?: { readonly line: number; readonly column: number };
}

/** Something in the source that cannot be generated from. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Where the type is, from the method on: `Greeter.sayHi(options).onDone`. */
  readonly path: string;
  /** What is wrong and what to do about it, in one sentence or two. */
  readonly message: string;
}
