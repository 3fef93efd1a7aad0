/** What a parameter takes, read from its type as TypeScript writes it: so much of it as a form can ask for. */
export type FormType =
  | { readonly kind: 'text' | 'number' | 'bigint' | 'boolean' | 'bytes' | 'date' | 'any' }
  /** One that needs no field. */
  | { readonly kind: 'constant'; readonly value: string | number | boolean | bigint | null | undefined }
  | { readonly kind: 'list' | 'set'; readonly item: FormType }
  | { readonly kind: 'tuple'; readonly items: readonly FormProperty[] }
  | { readonly kind: 'object'; readonly properties: readonly FormProperty[] }
  /** `Map<K, V>`, or an object by its names: `Record<string, V>`. */
  | { readonly kind: 'map' | 'record'; readonly key: FormType; readonly value: FormType }
  | { readonly kind: 'union'; readonly members: readonly FormMember[] };

export interface FormProperty {
  readonly name: string;
  readonly optional: boolean;
  readonly type: FormType;
}

/** One of several, with its text. */
export interface FormMember {
  readonly text: string;
  readonly type: FormType;
}

/** What a form asks for as text that stands for a value, as `rpcudp call` reads it. */
const ANY: FormType = { kind: 'any' };

/** Longer than any that a person would fill in. */
const TEXT_CHARACTERS_MAX = 10_000;
/** Deeper than any that a person would fill in. */
const DEPTH_MAX = 12;

/** Never throws: what it cannot read is anything. */
export function parseType(text: string): FormType {
  if (text.length > TEXT_CHARACTERS_MAX) return ANY;
  try {
    const reader = new Reader(text);
    const type = reader.union(0);
    return reader.atEnd ? type : ANY;
  } catch (error) {
    if (error instanceof Unreadable) return ANY;
    throw error;
  }
}

class Unreadable extends Error {}

const TOKEN =
  /\s*(?:("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(-?\d[\d_]*(?:\.\d+)?n?)|([\p{ID_Start}$_][\p{ID_Continue}$]*)|(\.{3}|=>|[^\s]))/uy;

const KEYWORDS: Readonly<Record<string, FormType | undefined>> = {
  string: { kind: 'text' },
  number: { kind: 'number' },
  bigint: { kind: 'bigint' },
  boolean: { kind: 'boolean' },
  Date: { kind: 'date' },
  Uint8Array: { kind: 'bytes' },
  Buffer: { kind: 'bytes' },
  null: { kind: 'constant', value: null },
  undefined: { kind: 'constant', value: undefined },
  void: { kind: 'constant', value: undefined },
  true: { kind: 'constant', value: true },
  false: { kind: 'constant', value: false },
};

const listOf = (item: FormType): FormType => ({ kind: 'list', item });
const setOf = (item: FormType): FormType => ({ kind: 'set', item });
const mapOf = (key: FormType, value: FormType): FormType => ({ kind: 'map', key, value });

const GENERICS: Readonly<Record<string, (first: FormType, second: FormType) => FormType>> = {
  Array: listOf,
  ReadonlyArray: listOf,
  Set: setOf,
  ReadonlySet: setOf,
  Map: mapOf,
  ReadonlyMap: mapOf,
  Record: (key, value) => (key.kind === 'text' ? { kind: 'record', key, value } : ANY),
  Readonly: (type) => type,
};

/** Words before a type that make another of it. */
const OPERATORS = ['typeof', 'keyof', 'unique', 'infer'];

class Reader {
  readonly #text: string;
  #at = 0;
  #token: RegExpExecArray | null = null;
  #tokenAt = 0;

  constructor(text: string) {
    this.#text = text;
    this.#next();
  }

  get atEnd(): boolean {
    return this.#token === null;
  }

  union(depth: number): FormType {
    if (depth > DEPTH_MAX) return this.#unreadable();
    this.#take('|');
    const members: FormMember[] = [];
    do {
      const from = this.#tokenAt;
      const type = this.#postfix(depth);
      members.push({ text: this.#text.slice(from, this.#tokenAt).trim(), type });
    } while (this.#take('|'));
    // An intersection, a conditional type, or another that no form asks for.
    if (this.#is('&') || this.#is('extends') || this.#is('=>') || this.#is('is')) return this.#unreadable();
    return members.length === 1 ? members[0]!.type : { kind: 'union', members };
  }

  #postfix(depth: number): FormType {
    let type = this.#primary(depth);
    while (this.#is('[')) {
      this.#expect('[');
      this.#expect(']');
      type = { kind: 'list', item: type };
    }
    return type;
  }

  #primary(depth: number): FormType {
    if (this.#take('readonly')) return this.#postfix(depth);
    if (this.#take('{')) return this.#object(depth);
    if (this.#take('[')) return this.#tuple(depth);
    if (this.#take('(')) {
      const type = this.union(depth + 1);
      this.#expect(')');
      return type;
    }
    const [, quoted, number, name] = this.#token ?? [];
    if (quoted !== undefined) return this.#constant(unquoted(quoted));
    if (number !== undefined) return this.#constant(numberOf(number));
    if (name === undefined) return this.#unreadable();
    this.#next();
    return this.#named(name, depth);
  }

  #constant(value: string | number | bigint): FormType {
    this.#next();
    return { kind: 'constant', value };
  }

  #named(name: string, depth: number): FormType {
    let path = name;
    while (this.#take('.')) path += `.${this.#name()}`;
    const args = this.#is('<') ? this.#typeArguments(depth) : [];
    if (OPERATORS.includes(path)) return this.#unreadable();
    if (Object.hasOwn(GENERICS, path)) return GENERICS[path]!(args[0] ?? ANY, args[1] ?? ANY);
    return (Object.hasOwn(KEYWORDS, path) ? KEYWORDS[path] : undefined) ?? ANY;
  }

  #typeArguments(depth: number): FormType[] {
    this.#expect('<');
    const args: FormType[] = [];
    do args.push(this.union(depth + 1));
    while (this.#take(','));
    this.#expect('>');
    return args;
  }

  #object(depth: number): FormType {
    const properties: FormProperty[] = [];
    let record: FormType | undefined;
    while (!this.#take('}')) {
      this.#take('readonly');
      if (this.#take('[')) record = this.#index(depth);
      else properties.push(this.#property(depth));
      if (!this.#take(';') && !this.#take(',') && !this.#is('}')) this.#unreadable();
    }
    if (record !== undefined) return properties.length === 0 ? record : ANY;
    return { kind: 'object', properties };
  }

  #property(depth: number): FormProperty {
    const [, quoted] = this.#token ?? [];
    let name: string;
    if (quoted === undefined) name = this.#name();
    else {
      name = unquoted(quoted);
      this.#next();
    }
    const optional = this.#take('?');
    this.#expect(':');
    return { name, optional, type: this.union(depth + 1) };
  }

  /** `[key: string]: V` */
  #index(depth: number): FormType {
    this.#name();
    this.#expect(':');
    const key = this.union(depth + 1);
    this.#expect(']');
    this.#expect(':');
    const value = this.union(depth + 1);
    return key.kind === 'text' ? { kind: 'record', key, value } : this.#unreadable();
  }

  #tuple(depth: number): FormType {
    const items: FormProperty[] = [];
    while (!this.#take(']')) {
      if (this.#is('...')) this.#unreadable();
      items.push(this.#tupleItem(depth, String(items.length)));
      if (!this.#take(',') && !this.#is(']')) this.#unreadable();
    }
    return { kind: 'tuple', items };
  }

  #tupleItem(depth: number, index: string): FormProperty {
    const label = /\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(\??):/uy;
    label.lastIndex = this.#tokenAt;
    const [whole, name, optional] = label.exec(this.#text) ?? [];
    if (whole === undefined) {
      const type = this.union(depth + 1);
      return { name: index, optional: this.#take('?'), type };
    }
    this.#at = this.#tokenAt + whole.length;
    this.#next();
    return { name: name!, optional: optional === '?', type: this.union(depth + 1) };
  }

  #name(): string {
    const name = this.#token?.[3] ?? this.#token?.[2];
    if (name === undefined) return this.#unreadable();
    this.#next();
    return name;
  }

  #is(text: string): boolean {
    const [, , , name, mark] = this.#token ?? [];
    return (name ?? mark) === text;
  }

  #take(text: string): boolean {
    const is = this.#is(text);
    if (is) this.#next();
    return is;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#unreadable();
  }

  #next(): void {
    TOKEN.lastIndex = this.#at;
    this.#token = TOKEN.exec(this.#text);
    this.#tokenAt = this.#at;
    if (this.#token === null) this.#tokenAt = this.#text.length;
    this.#at = this.#token === null ? this.#text.length : TOKEN.lastIndex;
  }

  #unreadable(): never {
    throw new Unreadable();
  }
}

function unquoted(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
}

function numberOf(text: string): number | bigint {
  const digits = text.replaceAll('_', '');
  return digits.endsWith('n') ? BigInt(digits.slice(0, -1)) : Number(digits);
}
