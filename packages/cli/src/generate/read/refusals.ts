import { ts } from 'ts-morph';
import { isClassOfLanguage, isForeign, isThisType, isUnresolved } from './compiler-facts.js';
import { isCollection } from './extended-collection.js';
import { howItWasRead } from './open-program.js';
import type { Place } from './problem-list.js';
import { backingOf, readBuiltin, reshapedClass } from './read-builtin.js';
import type { Reader } from './reader.js';

const STREAM_PLACES =
  'Only what a method returns, and its last parameter if that is not optional, can be a stream. Send an array here.';

/** Classes of the language that are often tried, and what to send in their place. */
const INSTEAD: Readonly<Record<string, string>> = {
  Error: 'Send an Error of the language, or a plain object of what it holds.',
  Promise: 'Await it before it is sent.',
  PromiseLike: 'Await it before it is sent.',
  SharedArrayBuffer: 'Send an ArrayBuffer or a typed array.',
  Function: 'Leave it out, or make it a method of a service that the other side calls.',
  String: 'Write string.',
  Number: 'Write number.',
  Boolean: 'Write boolean.',
  BigInt: 'Write bigint.',
  Object: 'Write object, or unknown.',
  ArrayLike: 'Send an array.',
  Iterable: 'Send an array.',
  Iterator: 'Send an array.',
  AsyncIterable: STREAM_PLACES,
  AsyncIterator: STREAM_PLACES,
};

/** Types that stay open until a type parameter is filled in. */
const GENERIC = ts.TypeFlags.TypeParameter | ts.TypeFlags.Index | ts.TypeFlags.IndexedAccess | ts.TypeFlags.Conditional;

/** Why a type cannot travel, and what to do about it; undefined if nothing speaks against it so far. */
export function refusalOf(type: ts.Type, place: Place, reader: Reader): string | undefined {
  if (type.flags & ts.TypeFlags.Any) return refusalOfAny(type, place, reader);
  if (type.flags & ts.TypeFlags.ESSymbolLike) return 'A symbol cannot travel. Send a string.';
  if (isThisType(type) || place.written?.kind === ts.SyntaxKind.ThisType) {
    return 'The type this cannot travel. Name the type that is meant.';
  }
  if (type.flags & GENERIC) return 'A type parameter has no meaning on the wire. Write the types that are meant.';
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return undefined;
  return refusalOfObject(type, reader);
}

function refusalOfAny(type: ts.Type, { node, written }: Place, { open, strict }: Reader): string | undefined {
  if (isUnresolved(type)) {
    const name = written?.getText() ?? node.getText();
    const missing = `The type in "${firstLine(name)}" cannot be found. Check its import, and that its package is installed.`;
    return `${missing} ${howItWasRead(open)}`;
  }
  return strict
    ? 'any says nothing about what travels. Write the type, or unknown if all values are meant.'
    : undefined;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

function refusalOfObject(type: ts.Type, { open }: Reader): string | undefined {
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) {
    return `A function cannot travel. ${INSTEAD.Function}`;
  }
  if (readBuiltin(type, open) !== undefined) return refusalOfBacking(type, open);
  const reshaped = reshapedClass(type, open)?.name;
  if (reshaped !== undefined) {
    const instead = `Leave it as it is: T extends ${reshaped} ? T : ….`;
    return `This takes ${reshaped} for a plain object, and makes one of its methods. ${instead}`;
  }
  const symbol = type.getSymbol();
  if (symbol === undefined || isCollection(type, open)) return undefined;
  return knownRefusal(type, open) ?? refusalOfNamed(type, symbol, open);
}

function refusalOfNamed(type: ts.Type, symbol: ts.Symbol, open: Reader['open']): string | undefined {
  if (symbol.flags & ts.SymbolFlags.Class) return refusalOfClass(type, symbol, open.checker);
  // Interfaces of others describe the instances of their classes; naming each of their methods would help nobody.
  const foreign = (symbol.declarations ?? []).every((declaration) => isForeign(declaration, open));
  return foreign && type.getProperties().some(isMethod) ? refusalOfInstance(symbol.name) : undefined;
}

/** Memory that two threads share stays where it is. */
function refusalOfBacking(type: ts.Type, open: Reader['open']): string | undefined {
  if (backingOf(type, open) !== 'SharedArrayBuffer') return undefined;
  return 'Memory that is shared cannot travel. Write the type without SharedArrayBuffer, and send a copy.';
}

function knownRefusal(type: ts.Type, open: Reader['open']): string | undefined {
  for (const [name, instead] of Object.entries(INSTEAD)) {
    if (isClassOfLanguage(type, name, open))
      return `A value of type ${type.getSymbol()!.name} cannot travel. ${instead}`;
  }
  return undefined;
}

/** A class of public fields is taken for the plain objects that fit it. */
function refusalOfClass(type: ts.Type, symbol: ts.Symbol, checker: ts.TypeChecker): string | undefined {
  const properties = checker.getPropertiesOfType(type);
  return properties.some((found) => isMethod(found) || isHidden(found)) ? refusalOfInstance(symbol.name) : undefined;
}

function refusalOfInstance(name: string): string {
  return `An instance of ${name} cannot travel. Declare an interface of what it holds, and send a plain object.`;
}

function isMethod({ flags }: ts.Symbol): boolean {
  return (flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) !== 0;
}

function isHidden({ valueDeclaration, escapedName }: ts.Symbol): boolean {
  if (escapedName.toString().startsWith('__#')) return true;
  if (valueDeclaration === undefined) return false;
  return (ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.NonPublicAccessibilityModifier) !== 0;
}
