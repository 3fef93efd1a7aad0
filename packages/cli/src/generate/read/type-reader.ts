import { ts } from 'ts-morph';
import type { DeclarationModel, TypeModel } from '../model.js';
import { isOfLanguage } from './compiler-facts.js';
import { docOf } from './documentation.js';
import type { OpenProgram } from './open-program.js';
import type { Place, ProblemList } from './problem-list.js';
import { readEnum, enumOf } from './read-enum.js';
import { readBrand } from './read-brand.js';
import { readBuiltin } from './read-builtin.js';
import { readCollection } from './read-collections.js';
import { readKeyword } from './read-keyword.js';
import { readObject } from './read-object.js';
import { readText } from './read-text.js';
import { readUnion } from './read-union.js';
import type { EnumSymbol, Reader } from './reader.js';
import { refusalOf } from './refusals.js';
import { argumentsOf, nameOfInstance, nameOfSymbol, toPascal, TypeNames } from './type-names.js';
import { aliasOf } from './written-types.js';

/** Deeper than any value may be nested, so a type that gets here grows with every step. */
const NESTING_MAX = 100;

/** Stands where a problem was found: the service is not generated then. */
export const UNREADABLE: TypeModel = { kind: 'keyword', name: 'unknown' };

/** Turns the types of one service into models, and gathers the named ones. */
export class TypeReader implements Reader {
  readonly open: OpenProgram;
  readonly problems: ProblemList;
  readonly strict: boolean;
  readonly #names: TypeNames;
  readonly #named = new Map<ts.Type | ts.Symbol, string>();
  readonly #declarations = new Map<string, DeclarationModel | undefined>();
  /** Types without a name that are being read, and the name that one got because it contains itself. */
  #unnamed = new Map<ts.Type, string | undefined>();
  #nesting = 0;

  constructor(open: OpenProgram, problems: ProblemList, options: { strict: boolean; reserved: readonly string[] }) {
    this.open = open;
    this.problems = problems;
    this.strict = options.strict;
    this.#names = new TypeNames(options.reserved);
  }

  /** The named types that have been reached, in that order. */
  get declarations(): readonly DeclarationModel[] {
    return [...this.#declarations.values()].filter((declaration) => declaration !== undefined);
  }

  read(type: ts.Type, place: Place): TypeModel {
    if (this.#nesting > NESTING_MAX) {
      this.problems.add(place, 'This type grows without end: each part of it is of a new type. Write one that ends.');
      return UNREADABLE;
    }
    this.#nesting += 1;
    try {
      return this.#readNamed(substituted(type), place);
    } finally {
      this.#nesting -= 1;
    }
  }

  refuse(place: Place, message: string): TypeModel {
    this.problems.add(place, message);
    return UNREADABLE;
  }

  /** Whether an export is what has this name among the declarations. */
  isNamed(exported: ts.Symbol, name: string): boolean {
    const { checker } = this.open;
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    return [symbol, checker.getDeclaredTypeOfSymbol(symbol)].some((key) => this.#named.get(key) === name);
  }

  referToEnum(symbol: EnumSymbol, place: Place): TypeModel & { kind: 'reference' } {
    return this.#refer(symbol, nameOfSymbol(symbol), (name) => readEnum(symbol, name, place, this));
  }

  #readNamed(type: ts.Type, place: Place): TypeModel {
    const alias = aliasOf(type, place, this.open);
    if (alias !== undefined) {
      const { symbol, written } = alias;
      return this.#refer(symbol, nameOfSymbol(symbol), (name) => {
        const doc = docOf(symbol, this.open.checker);
        return { kind: 'alias', name, doc, type: this.#readBare(type, { ...place, written }) };
      });
    }
    return this.#readBare(type, place);
  }

  #readBare(type: ts.Type, place: Place): TypeModel {
    const refusal = refusalOf(type, place, this);
    if (refusal !== undefined) return this.refuse(place, refusal);
    const simple =
      readKeyword(type) ??
      readText(type, place, this) ??
      readBuiltin(type, this.open) ??
      this.#readEnumMember(type, place);
    if (simple !== undefined) return simple;
    const symbol = nameGiver(type, this.open);
    if (symbol === undefined) return this.#readUnnamed(type, place);
    const args = type.aliasSymbol === undefined ? argumentsOf(type, this.open.checker) : type.aliasTypeArguments;
    return this.#refer(type, nameOfInstance(symbol, args ?? [], this.open.checker), (name) =>
      this.#declare(name, symbol, type, { ...place, written: writtenBy(symbol) }),
    );
  }

  #readEnumMember(type: ts.Type, place: Place): TypeModel | undefined {
    const found = enumOf(type, this.open.checker);
    if (found === undefined) return undefined;
    const reference = this.referToEnum(found.symbol, place);
    const { member } = found;
    return member === undefined ? reference : { kind: 'enum-member', enumName: reference.name, ...member };
  }

  #declare(name: string, symbol: ts.Symbol, type: ts.Type, place: Place): DeclarationModel {
    const doc = docOf(symbol, this.open.checker);
    const shape = this.#readStructure(type, place);
    const isInterface = shape.kind === 'object' && shape.apart !== true && type.aliasSymbol === undefined;
    return isInterface ? { kind: 'interface', name, doc, shape } : { kind: 'alias', name, doc, type: shape };
  }

  /** Reads a type in place. If it turns out to contain itself, it is declared under a name after all. */
  #readUnnamed(type: ts.Type, place: Place): TypeModel {
    if (this.#unnamed.has(type)) {
      const name = this.#unnamed.get(type) ?? this.#reserve(type, this.#nameFor(type, place));
      this.#unnamed.set(type, name);
      return { kind: 'reference', name };
    }
    this.#unnamed.set(type, undefined);
    const shape = this.#readStructure(type, place);
    const name = this.#unnamed.get(type);
    this.#unnamed.delete(type);
    if (name === undefined) return shape;
    this.#declarations.set(name, { kind: 'alias', name, doc: undefined, type: shape });
    return { kind: 'reference', name };
  }

  #nameFor(type: ts.Type, { path }: Place): string {
    const symbol = type.aliasSymbol;
    if (symbol !== undefined) return nameOfInstance(symbol, type.aliasTypeArguments ?? [], this.open.checker);
    return toPascal(path.split('.').at(-1) ?? path);
  }

  #readStructure(type: ts.Type, place: Place): TypeModel {
    if (type.isUnion()) return readUnion(type, place, this);
    if (type.isIntersection()) return readBrand(type, place, this) ?? readObject(type, place, this);
    return readCollection(type, place, this) ?? readObject(type, place, this);
  }

  /** A reference to a declaration, which is made first if this is the first one. */
  #refer(
    key: ts.Type | ts.Symbol,
    wanted: string,
    declare: (name: string) => DeclarationModel,
  ): TypeModel & { kind: 'reference' } {
    const known = this.#named.get(key);
    if (known !== undefined) return { kind: 'reference', name: known };
    const name = this.#reserve(key, wanted);
    const around = this.#unnamed;
    // What is found again in here is reached through a name, so it needs none of its own.
    this.#unnamed = new Map();
    this.#declarations.set(name, declare(name));
    this.#unnamed = around;
    return { kind: 'reference', name };
  }

  /** Takes the next place among the declarations: what it refers to comes after it. */
  #reserve(key: ts.Type | ts.Symbol, wanted: string): string {
    const name = this.#names.allocate(wanted);
    this.#named.set(key, name);
    this.#declarations.set(name, undefined);
    return name;
  }
}

/** What stands for another type with something that the compiler knows besides: `NoInfer<T>`, or `T` behind `T extends U ?`. */
function substituted(type: ts.Type): ts.Type {
  return type.flags & ts.TypeFlags.Substitution ? substituted((type as ts.SubstitutionType).baseType) : type;
}

/** The symbol whose name a type goes by, unless it is one of the language, such as `Partial`. */
function nameGiver(type: ts.Type, open: OpenProgram): ts.Symbol | undefined {
  if (type.aliasSymbol !== undefined) return isOfLanguage(type.aliasSymbol, open) ? undefined : type.aliasSymbol;
  const symbol = type.getSymbol();
  if (symbol === undefined || isOfLanguage(symbol, open)) return undefined;
  return symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class) ? symbol : undefined;
}

function writtenBy(symbol: ts.Symbol): ts.TypeNode | undefined {
  return symbol.declarations?.find(ts.isTypeAliasDeclaration)?.type;
}
