/** Interfaces and classes that extend a collection: what arrives is the collection. */
import { ts } from 'ts-morph';
import { isClassOfLanguage, isOfLanguage } from './compiler-facts.js';
import type { OpenProgram } from './open-program.js';

const COLLECTIONS = ['Map', 'ReadonlyMap', 'Set', 'ReadonlySet', 'Array', 'ReadonlyArray'];

/** Whether a type is a map, a set or an array, or extends one. */
export function isCollection(type: ts.Type, open: OpenProgram): boolean {
  return open.checker.isArrayLikeType(type) || COLLECTIONS.some((name) => isClassOfLanguage(type, name, open));
}

/** The collection that an interface or a class extends, with its type arguments; undefined if it extends none, or is one itself. */
export function extendedCollection(type: ts.Type, open: OpenProgram): ts.Type | undefined {
  const symbol = type.getSymbol();
  if (symbol === undefined || isOfLanguage(symbol, open)) return undefined;
  if (!(symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) || !isCollection(type, open))
    return undefined;
  const { checker } = open;
  const bases = type.getBaseTypes() ?? [];
  return bases.find((base) => checker.isTupleType(base)) ?? givenToCallback(type, open);
}

/**
 * What the callback of `forEach` is given last is the collection itself. The compiler tells of the bases of a generic interface
 * only how they are written, with its type parameters in them.
 */
function givenToCallback(type: ts.Type, open: OpenProgram): ts.Type | undefined {
  const { checker } = open;
  const forEach = type.getProperty('forEach');
  if (forEach === undefined || !isOfLanguage(forEach, open)) return undefined;
  const callback = parameterOf(checker.getTypeOfSymbol(forEach), 0, checker);
  return callback && parameterOf(callback, 2, checker);
}

function parameterOf(of: ts.Type, index: number, checker: ts.TypeChecker): ts.Type | undefined {
  const parameter = of.getCallSignatures()[0]?.parameters[index];
  return parameter && checker.getTypeOfSymbol(parameter);
}
