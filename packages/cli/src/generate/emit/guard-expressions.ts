/** Types as calls of the functions of `@rpcudp/core/guards`. */
import type { DeclarationModel, ObjectModel, TypeModel } from '../model.js';
import { group, ifBroken, indent, join, line, softLine, type Layout } from './layout.js';
import { braced, bracketed, hugging } from './module.js';
import type { Imports, Names } from './names.js';
import { literal, lowerFirst, propertyName, quote } from './text.js';

export interface ExpressionContext {
  readonly declarations: readonly DeclarationModel[];
  /** Of the module. */
  readonly names: Names;
  /** From `@rpcudp/core/guards`. */
  readonly imports: Imports;
  readonly report: (path: string, message: string) => void;
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
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  bigint: 'bigint',
  null: 'nil',
  undefined: 'absent',
  void: 'absent',
  unknown: 'unknown',
  never: 'never',
};

const BUILTINS: Readonly<Record<string, string>> = { Date: 'date', Uint8Array: 'bytes' };

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
        return this.#named(BUILTINS, type.name, path);
      case 'literal':
        return this.call('literal', [literal(type.value)]);
      case 'enum-member':
        return this.call('literal', [literal(type.value)]);
      case 'array':
        return this.call('array', [this.guard(type.element, `${path}[]`)]);
      case 'tuple':
        return this.#hugging(
          'tuple',
          bracketed(type.elements.map((element, index) => this.place(element, `${path}[${index}]`))),
        );
      case 'map':
        return this.call('map', [this.guard(type.key, `${path} (key)`), this.guard(type.value, `${path} (value)`)]);
      case 'object':
        return this.#object(type, path);
      case 'union':
        return this.#hugging('union', bracketed(type.members.map((member) => this.guard(member, path))));
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

  /** A call of one of the functions, by its exported name. */
  call(name: string, args: readonly Layout[]): Layout {
    const local = this.#context.imports.value(name);
    if (args.length === 0) return `${local}()`;
    return group([local, '(', indent([softLine, join([',', line], args), ifBroken(',')]), softLine, ')']);
  }

  #hugging(name: string, argument: Layout): Layout {
    return hugging(this.#context.imports.value(name), argument);
  }

  #named(table: Readonly<Record<string, string>>, name: string, path: string): Layout {
    const combinator = Object.hasOwn(table, name) ? table[name] : undefined;
    return combinator === undefined ? this.#refuse(path, name) : this.call(combinator, []);
  }

  #object({ properties, index }: ObjectModel, path: string): Layout {
    const written = properties.map(({ name, type, optional }): Layout => [
      // Unquoted, it would set the prototype of the object literal.
      name === '__proto__' ? "['__proto__']" : propertyName(name),
      ': ',
      this.place({ type, optional, rest: false }, `${path}.${name}`),
    ]);
    if (index === undefined) return this.#hugging('object', braced(written));
    const value = this.guard(index.value, `${path}[${index.key}]`);
    const record = this.call(index.key === 'number' ? 'numericRecord' : 'record', [value]);
    return written.length === 0 ? record : this.call('object', [braced(written), record]);
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
    const annotation = known.recursive ? `: ${this.#context.imports.type('Guard')}` : '';
    this.declared.push([`const ${local}${annotation} = `, guard, ';']);
    return known;
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
