import { ts } from 'ts-morph';

/** What the modules that are generated call by these names is something else. */
const TAKEN = ['Array', 'Date', 'Map', 'Object', 'Promise', 'ReadonlyArray', 'ReadonlyMap', 'Record', 'Uint8Array'];

/** Longer names say less than a number does. */
const NAME_CHARS_MAX = 60;

/** Gives every declaration of a module a name of its own. */
export class TypeNames {
  readonly #used: Set<string>;

  constructor(reserved: readonly string[]) {
    this.#used = new Set([...TAKEN, ...reserved]);
  }

  /** The name itself, or with a number behind it if it is taken. */
  allocate(wanted: string): string {
    const base = toIdentifier(wanted);
    let name = base;
    for (let count = 2; this.#used.has(name); count += 1) name = `${base}${count}`;
    this.#used.add(name);
    return name;
  }
}

/** A readable name for a type that has a symbol: `User`, `PageOfUser`, `ResultOfUserAndProblem`. */
export function nameOfInstance(symbol: ts.Symbol, args: readonly ts.Type[], checker: ts.TypeChecker): string {
  const base = nameOfSymbol(symbol);
  if (args.length === 0) return base;
  const name = `${base}Of${args.map((argument) => nameOfType(argument, checker)).join('And')}`;
  return name.length <= NAME_CHARS_MAX ? name : base;
}

/** `export default interface` has the name that it is declared by, or none. */
export function nameOfSymbol(symbol: ts.Symbol): string {
  if (symbol.name !== 'default' && symbol.name !== '__type') return symbol.name;
  for (const declaration of symbol.declarations ?? []) {
    const name = ts.getNameOfDeclaration(declaration);
    if (name !== undefined && ts.isIdentifier(name)) return name.text;
  }
  return 'Default';
}

/** The arguments that a generic type was instantiated with, without the hidden one for `this`. */
export function argumentsOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
  if (!isReference(type)) return [];
  return checker.getTypeArguments(type).slice(0, type.target.typeParameters?.length ?? 0);
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 && ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0
  );
}

function nameOfType(type: ts.Type, checker: ts.TypeChecker): string {
  if (type.aliasSymbol !== undefined) {
    return nameOfInstance(type.aliasSymbol, type.aliasTypeArguments ?? [], checker);
  }
  if (type.flags & ts.TypeFlags.Boolean) return 'Boolean';
  if (type.isUnion() && !(type.flags & ts.TypeFlags.EnumLiteral)) {
    // The compiler's order depends on what it met before.
    return type.types
      .map((member) => nameOfType(member, checker))
      .sort()
      .join('Or');
  }
  if (type.isLiteral()) return toPascal(literalText(type.value));
  return nameOfStructure(type, checker);
}

function nameOfStructure(type: ts.Type, checker: ts.TypeChecker): string {
  if (checker.isArrayType(type)) return `${argumentNames(type, checker).join('')}Array`;
  if (checker.isTupleType(type)) return `${argumentNames(type, checker).join('And')}Tuple`;
  const symbol = type.getSymbol();
  if (symbol === undefined || symbol.name.startsWith('__')) {
    return type.flags & ts.TypeFlags.Object ? 'Object' : toPascal(checker.typeToString(type));
  }
  return symbol.name === 'Uint8Array' ? 'Bytes' : nameOfInstance(symbol, argumentsOf(type, checker), checker);
}

function argumentNames(type: ts.Type, checker: ts.TypeChecker): string[] {
  return checker.getTypeArguments(type as ts.TypeReference).map((argument) => nameOfType(argument, checker));
}

function literalText(value: string | number | ts.PseudoBigInt): string {
  return typeof value === 'object' ? value.base10Value : String(value);
}

/** `not found` and `not-found` are both `NotFound`. */
export function toPascal(text: string): string {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

function toIdentifier(text: string): string {
  const cleaned = text.replace(/[^\p{ID_Continue}$]/gu, '');
  return /^[\p{ID_Start}$_]/u.test(cleaned) ? cleaned : `Type${cleaned}`;
}
