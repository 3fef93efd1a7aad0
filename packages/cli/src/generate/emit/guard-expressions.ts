/** Types as calls of the functions of `@rpcudp/core/guards`. */
import type { BuiltinModel, DeclarationModel, IndexModel, ObjectModel, TemplateModel, TypeModel } from '../model.js';
import { group, ifBroken, indent, join, line, softLine, type Layout } from './layout.js';
import { braced, bracketed, hugging } from './module.js';
import type { Imports, Names } from './names.js';
import { literal, lowerFirst, propertyName, quote } from './text.js';
import { typeText } from './types.js';

export interface ExpressionContext {
  readonly declarations: readonly DeclarationModel[];
  /** Of the module. */
  readonly names: Names;
  /** From `@rpcudp/core/guards`. */
  readonly imports: Imports;
  readonly report: (path: string, message: string) => void;
  /** Whether the module has a type of this name, by which a guard can be typed. */
  readonly hasType: (name: string) => boolean;
}

/** A parameter or the element of a tuple. */
interface Place {
  readonly type: TypeModel;
  readonly optional: boolean;
  readonly rest: boolean;
}

/** The constant that holds the guard of a declaration. */
interface Declared {
  readonly local: string;
  /** Whether its own guard is still being written: then it can only be looked up later. */
  open: boolean;
  /** Whether something looks it up later, so that its type has to be written for the compiler. */
  recursive: boolean;
}

const KEYWORDS: Readonly<Record<string, string>> = {
  'string': 'string',
  'number': 'number',
  'boolean': 'boolean',
  'bigint': 'bigint',
  'null': 'nil',
  'undefined': 'absent',
  'void': 'absent',
  'unknown': 'unknown',
  'never': 'never',
  'object': 'anyObject',
  '{}': 'nonNullish',
};

const BUILTINS: Readonly<Record<string, string>> = {
  ArrayBuffer: 'arrayBuffer',
  Buffer: 'buffer',
  DataView: 'dataView',
  Date: 'date',
  RegExp: 'regExp',
  URL: 'url',
  Uint8Array: 'bytes',
};

const TYPED_ARRAY = /^(?:Uint8Clamped|Int8|(?:Int|Uint)(?:16|32)|Float(?:16|32|64)|Big(?:Int|Uint)64)Array$/;
const ERROR = /^(?:Eval|Range|Reference|Syntax|Type|URI|Aggregate)?Error$/;

type Composed = Exclude<
  TypeModel,
  { readonly kind: 'keyword' | 'builtin' | 'literal' | 'enum-member' | 'template' | 'casing' | 'brand' }
>;

export class GuardExpressions {
  /** The guards of the declarations that were needed, each after those that it needs. */
  readonly declared: Layout[] = [];
  readonly #context: ExpressionContext;
  readonly #known = new Map<string, Declared>();

  constructor(context: ExpressionContext) {
    this.#context = context;
  }

  /** A guard of a type. @param path Where the type is, for problems. */
  guard(type: TypeModel, path: string): Layout {
    switch (type.kind) {
      case 'keyword':
        return this.#named(KEYWORDS, type.name, path);
      case 'builtin':
        return this.#builtin(type, path);
      case 'literal':
        return this.call('literal', [literal(type.value)]);
      case 'enum-member':
        return this.call('literal', [literal(type.value)]);
      case 'template':
        return this.#template(type, path);
      case 'casing':
        return this.call('casing', [quote(type.name), this.guard(type.type, path)]);
      case 'brand':
        return this.guard(type.type, path);
      default:
        return this.#composed(type, path);
    }
  }

  #composed(type: Composed, path: string): Layout {
    switch (type.kind) {
      case 'array':
        return this.call('array', [this.guard(type.element, `${path}[]`)]);
      case 'tuple':
        return this.hugging(
          'tuple',
          bracketed(type.elements.map((element, index) => this.place(element, `${path}[${index}]`))),
        );
      case 'map':
        return this.call('map', [this.guard(type.key, `${path} (key)`), this.guard(type.value, `${path} (value)`)]);
      case 'set':
        return this.call('set', [this.guard(type.element, `${path} (element)`)]);
      case 'object':
        return this.#object(type, path);
      case 'union':
        return this.hugging('union', bracketed(type.members.map((member) => this.guard(member, path))));
      case 'reference':
        return this.#reference(type.name, path);
      default:
        return this.#refuse(path, `the kind ${JSON.stringify((type as TypeModel).kind)}`);
    }
  }

  /** A guard of a parameter or of an element of a tuple, which may be left out or stand for many. */
  place({ type, optional, rest }: Place, path: string): Layout {
    const guard = this.guard(type, path);
    if (rest) return this.call('rest', [guard]);
    return optional ? this.call('optional', [guard]) : guard;
  }

  /** A guard of what a method gives. */
  result(type: TypeModel, path: string): Layout {
    // What a method gives that says it gives nothing is nobody's business, and does not travel.
    if (type.kind === 'keyword' && type.name === 'void') return this.call('nothing', []);
    return this.call('typed', [this.call('result', [this.guard(type, path)])]);
  }

  /** A call of one of the functions, by its exported name. */
  call(name: string, args: readonly Layout[]): Layout {
    const local = this.#context.imports.value(name);
    if (args.length === 0) return `${local}()`;
    return group([local, '(', indent([softLine, join([',', line], args), ifBroken(',')]), softLine, ')']);
  }

  /** A call with one argument that brings its own brackets. */
  hugging(name: string, argument: Layout): Layout {
    return hugging(this.#context.imports.value(name), argument);
  }

  #named(table: Readonly<Record<string, string>>, name: string, path: string): Layout {
    const combinator = Object.hasOwn(table, name) ? table[name] : undefined;
    return combinator === undefined ? this.#refuse(path, name) : this.call(combinator, []);
  }

  #builtin({ name }: BuiltinModel, path: string): Layout {
    if (TYPED_ARRAY.test(name)) return this.call('typedArray', [quote(name)]);
    return ERROR.test(name) ? this.call('error', [quote(name)]) : this.#named(BUILTINS, name, path);
  }

  #template({ texts, holes }: TemplateModel, path: string): Layout {
    const written = holes.map((hole) => (hole.kind === 'keyword' ? quote(hole.name) : this.guard(hole, path)));
    return this.call('template', [bracketed(texts.map(quote)), bracketed(written)]);
  }

  #object({ properties, indexes }: ObjectModel, path: string): Layout {
    // As in TypeScript, nothing is said of it but that it is there.
    if (properties.length + indexes.length === 0) return this.call('nonNullish', []);
    const written = properties.map(({ name, type, optional }): Layout => [
      // Unquoted, it would set the prototype of the object literal.
      name === '__proto__' ? "['__proto__']" : propertyName(name),
      ': ',
      this.place({ type, optional, rest: false }, `${path}.${name}`),
    ]);
    const records = indexes.map((index) => this.#record(index, path));
    if (records.length === 0) return this.hugging('object', braced(written));
    return written.length === 0 && records.length === 1
      ? records[0]!
      : this.call('object', [braced(written), ...records]);
  }

  #record({ key, value }: IndexModel, path: string): Layout {
    const inside = `${path}[${typeText(key)}]`;
    const bare = key.kind === 'brand' ? key.type : key;
    const guard = this.guard(value, inside);
    if (bare.kind === 'keyword' && bare.name === 'string') return this.call('record', [guard]);
    if (bare.kind === 'keyword' && bare.name === 'number') return this.call('numericRecord', [guard]);
    return this.call('patternRecord', [this.guard(bare, inside), guard]);
  }

  #reference(name: string, path: string): Layout {
    const declaration = this.#context.declarations.find((candidate) => candidate.name === name);
    if (declaration === undefined) return this.#refuse(path, `${name}, which is declared nowhere`);
    const known = this.#known.get(name) ?? this.#declare(declaration);
    if (!known.open) return known.local;
    known.recursive = true;
    return this.call('lazy', [`() => ${known.local}`]);
  }

  #declare(declaration: DeclarationModel): Declared {
    const local = this.#context.names.take(`${lowerFirst(declaration.name)}Guard`, 'typeGuard');
    const known: Declared = { local, open: true, recursive: false };
    this.#known.set(declaration.name, known);
    const guard = this.#declaration(declaration);
    known.open = false;
    this.declared.push(
      known.recursive ? this.#recursive(declaration.name, local, guard) : [`const ${local} = `, guard, ';'],
    );
    return known;
  }

  /** The compiler cannot work out the type of what contains itself. */
  #recursive(name: string, local: string, guard: Layout): Layout {
    const type = this.#context.imports.type('Guard');
    if (!this.#context.hasType(name)) return [`const ${local}: ${type} = `, guard, ';'];
    return [`const ${local}: ${type}<${name}> = `, this.call('typed', [guard]), ';'];
  }

  #declaration(declaration: DeclarationModel): Layout {
    const { kind, name } = declaration;
    switch (kind) {
      case 'interface':
        return this.guard(declaration.shape, name);
      case 'alias':
        return this.guard(declaration.type, name);
      case 'enum': {
        const values = declaration.members.map(({ value }) => literal(value));
        return [this.#context.imports.value('enumeration'), `(${quote(name)}, `, bracketed(values), ')'];
      }
      default:
        return this.#refuse(name, `the kind ${JSON.stringify(kind)}`);
    }
  }

  /** Fails closed: without a guard there is no module. */
  #refuse(path: string, what: string): Layout {
    this.#context.report(path, `There is no guard for ${what}. Use another type here, or generate without guards.`);
    return this.call('never', []);
  }
}
