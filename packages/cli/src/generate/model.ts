/**
 * What the generator knows of a service once its source has been read: everything that the emitters need, and nothing of
 * the compiler. `read/` makes it, `emit/` turns it into modules.
 */

/** A type that can travel. Generic types have been instantiated, mapped and conditional ones resolved. */
export type TypeModel =
  | { readonly kind: 'keyword'; readonly name: KeywordName }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | bigint }
  | TemplateModel
  | CasingModel
  | BuiltinModel
  | { readonly kind: 'array'; readonly element: TypeModel; readonly readonly: boolean }
  | { readonly kind: 'tuple'; readonly elements: readonly TupleElementModel[]; readonly readonly: boolean }
  | { readonly kind: 'map'; readonly key: TypeModel; readonly value: TypeModel; readonly readonly: boolean }
  | { readonly kind: 'set'; readonly element: TypeModel; readonly readonly: boolean }
  /** `{ … }` written in place. */
  | ObjectModel
  | BrandModel
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

/**
 * `void` stands only for what a method gives back; `any` and `unknown` are let through as `unknown` outside strict mode.
 * `object` is anything that is no primitive, and `{}` anything but null and undefined: an object of neither properties nor
 * index signatures is the same.
 */
export type KeywordName =
  'string' | 'number' | 'boolean' | 'bigint' | 'null' | 'undefined' | 'void' | 'unknown' | 'never' | 'object' | '{}';

/** A template-literal type: `texts` stand around `holes`, so there is one more of them. */
export interface TemplateModel {
  readonly kind: 'template';
  readonly texts: readonly string[];
  /** Each a keyword (string, number, bigint) or a {@link CasingModel}: the compiler multiplies everything else out. */
  readonly holes: readonly TypeModel[];
}

/** `Uppercase<string>` and its like. */
export interface CasingModel {
  readonly kind: 'casing';
  readonly name: 'Uppercase' | 'Lowercase' | 'Capitalize' | 'Uncapitalize';
  /** The keyword string, a template, or another casing. */
  readonly type: TypeModel;
}

/** Classes of the language and of Node that travel as themselves. */
export interface BuiltinModel {
  readonly kind: 'builtin';
  readonly name: BuiltinName;
  /** For those that view a buffer: `Uint8Array<ArrayBuffer>`. Left out, it is any. */
  readonly backing?: 'ArrayBuffer';
}

export type BuiltinName =
  'Date' | 'RegExp' | 'URL' | 'Buffer' | 'ArrayBuffer' | 'DataView' | TypedArrayName | ErrorName;

export type TypedArrayName =
  | 'Uint8Array'
  | 'Uint8ClampedArray'
  | 'Int8Array'
  | 'Int16Array'
  | 'Uint16Array'
  | 'Int32Array'
  | 'Uint32Array'
  | 'Float16Array'
  | 'Float32Array'
  | 'Float64Array'
  | 'BigInt64Array'
  | 'BigUint64Array';

export type ErrorName =
  'Error' | 'EvalError' | 'RangeError' | 'ReferenceError' | 'SyntaxError' | 'TypeError' | 'URIError' | 'AggregateError';

/**
 * A type with marks that only the compiler sees: `string & { readonly __brand: 'UserId' }`. What travels is `type`, and the
 * marks are looked for by nobody. A mark whose name is a unique symbol cannot be written anywhere else, so it is left out:
 * branded values still fit the type without it.
 */
export interface BrandModel {
  readonly kind: 'brand';
  readonly type: TypeModel;
  readonly marks: readonly PropertyModel[];
}

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
  /** The index signatures: what is under the keys that no property names. */
  readonly indexes: readonly IndexModel[];
  /**
   * Whether a property does not fit an index signature, as in `{ id: number } & Record<string, string>`: then they can only
   * be written as an intersection.
   */
  readonly apart?: boolean;
}

export interface IndexModel {
  /** The keyword string or number, a template, a casing, or a brand of one of them. */
  readonly key: TypeModel;
  readonly value: TypeModel;
  readonly readonly: boolean;
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
  /** `name: AsyncIterable<type>`: the last, by which callers stream. */
  readonly stream?: true;
}

/** Whose values follow each other: the handler's, the caller's, or those of both. */
export type StreamSides = 'server' | 'client' | 'both';

/** One call signature: an overloaded method has several. */
export interface SignatureModel {
  readonly parameters: readonly ParameterModel[];
  /** What a call gives when it is answered: promises are unwrapped, and of a stream it is each value. */
  readonly result: TypeModel;
  readonly stream?: StreamSides | undefined;
}

export interface MethodModel {
  /** The property of the class and of the stub. */
  readonly property: string;
  /** The name on the wire. */
  readonly name: string;
  readonly delivery: 'at-most-once' | 'idempotent' | 'best-effort';
  readonly shape: 'unary' | 'one-way';
  readonly stream?: StreamSides | undefined;
  readonly timeoutMs: number | undefined;
  /** Of a stream. */
  readonly idleMs?: number | undefined;
  readonly totalMs?: number | undefined;
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
