/** Classes of the language and of Node whose values travel as themselves. */
import { ts } from 'ts-morph';
import type { BuiltinModel, BuiltinName } from '../model.js';
import { isClassOfLanguage, isOfLanguage } from './compiler-facts.js';
import type { OpenProgram } from './open-program.js';

/** Those of which a subclass arrives as what it extends. */
const WITH_SUBCLASSES: readonly BuiltinName[] = [
  'Date',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];

/** Those that are known by their own name alone: what a subclass adds would stay behind. */
const EXACT: ReadonlySet<string> = new Set<BuiltinName>([
  'Buffer',
  'RegExp',
  'URL',
  'ArrayBuffer',
  'DataView',
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
]);

/** The model of a type that is one of these classes. */
export function readBuiltin(type: ts.Type, open: OpenProgram): BuiltinModel | undefined {
  const reshaped = reshapedClass(type, open);
  if (reshaped !== undefined) return readBuiltin(open.checker.getDeclaredTypeOfSymbol(reshaped), open);
  const name = builtinName(type, open);
  if (name === undefined) return undefined;
  return backingOf(type, open) === 'ArrayBuffer' && name !== 'ArrayBuffer'
    ? { kind: 'builtin', name, backing: 'ArrayBuffer' }
    : { kind: 'builtin', name };
}

/** The class of the buffer that a typed array is said to view, if its type says it. */
export function backingOf(type: ts.Type, { checker }: OpenProgram): string | undefined {
  if (!(type.flags & ts.TypeFlags.Object) || !((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference))
    return undefined;
  return checker.getTypeArguments(type as ts.TypeReference)[0]?.getSymbol()?.name;
}

function builtinName(type: ts.Type, open: OpenProgram): BuiltinName | undefined {
  const symbol = type.getSymbol();
  if (symbol === undefined) return undefined;
  if (EXACT.has(symbol.name) && isOfPlatform(symbol, open)) return symbol.name as BuiltinName;
  return WITH_SUBCLASSES.find((name) => isClassOfLanguage(type, name, open));
}

/** Whether the language declares a symbol, or Node does: its `Buffer` and `URL` are global. */
function isOfPlatform(symbol: ts.Symbol, open: OpenProgram): boolean {
  return isOfLanguage(symbol, open) || (symbol.declarations ?? []).some(isOfNode);
}

function isOfNode(declaration: ts.Node): boolean {
  return /\/node_modules\/(?:@types\/node|bun-types)\//.test(declaration.getSourceFile().fileName);
}

/**
 * The class of the platform that a mapped type went through as if it were a plain object, as most a `DeepPartial` does with
 * `Date`: all of its properties are those of the class. What fits such a type is an instance.
 */
export function reshapedClass(type: ts.Type, open: OpenProgram): ts.Symbol | undefined {
  const isObject = (type.flags & ts.TypeFlags.Object) !== 0;
  if (!isObject || !((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped)) return undefined;
  const properties = type.getProperties();
  const declarations = properties.flatMap((property) => property.declarations?.[0] ?? []);
  if (!declarations.some(ts.isMethodSignature)) return undefined;
  const owners = new Set(declarations.flatMap(({ parent }) => ownerOf(parent, open.checker) ?? []));
  return [...owners].find((owner) => {
    const declared = open.checker.getDeclaredTypeOfSymbol(owner);
    return isOfPlatform(owner, open) && declared.getProperties().length === properties.length;
  });
}

function ownerOf(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | undefined {
  return ts.isInterfaceDeclaration(node) ? checker.getSymbolAtLocation(node.name) : undefined;
}
