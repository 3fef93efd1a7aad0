import { ts } from 'ts-morph';
import { isOfLanguage } from './compiler-facts.js';
import type { OpenProgram } from './open-program.js';
import type { Place } from './problem-list.js';

/** A type as it is written, without parentheses and `readonly`. */
function unwrapped(node: ts.TypeNode | undefined): ts.TypeNode | undefined {
  if (node === undefined) return undefined;
  if (ts.isParenthesizedTypeNode(node)) return unwrapped(node.type);
  if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) return unwrapped(node.type);
  return node;
}

/**
 * The alias by which a type is written, where the compiler keeps no name: it knows aliases of objects and unions, not
 * those of `string`, of arrays or of interfaces.
 */
export function aliasOf(
  type: ts.Type,
  { written }: Place,
  open: OpenProgram,
): { readonly symbol: ts.Symbol; readonly written: ts.TypeNode } | undefined {
  const node = unwrapped(written);
  if (node === undefined || !ts.isTypeReferenceNode(node) || node.typeArguments !== undefined) return undefined;
  const symbol = aliasAt(node.typeName, open.checker);
  const declaration = symbol?.declarations?.find(ts.isTypeAliasDeclaration);
  if (symbol === undefined || declaration === undefined || declaration.typeParameters !== undefined) return undefined;
  if (type.aliasSymbol === symbol || isOfLanguage(symbol, open)) return undefined;
  return open.checker.getTypeFromTypeNode(node) === type ? { symbol, written: declaration.type } : undefined;
}

function aliasAt(name: ts.EntityName, checker: ts.TypeChecker): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined) return undefined;
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The members of a union in the order in which they are written. */
export function writtenMembers(written: ts.TypeNode | undefined): readonly ts.TypeNode[] {
  const node = unwrapped(written);
  if (node === undefined) return [];
  return ts.isUnionTypeNode(node) ? node.types.flatMap(writtenMembers) : [node];
}

/** The element of an array as it is written. */
export function writtenElement(written: ts.TypeNode | undefined): ts.TypeNode | undefined {
  const node = unwrapped(written);
  if (node === undefined) return undefined;
  return ts.isArrayTypeNode(node) ? node.elementType : writtenArgument(node, 0, ['Array', 'ReadonlyArray']);
}

/** An argument of a generic type of one of these names as it is written. */
export function writtenArgument(
  written: ts.TypeNode | undefined,
  index: number,
  names: readonly string[],
): ts.TypeNode | undefined {
  const node = unwrapped(written);
  if (node === undefined || !ts.isTypeReferenceNode(node) || !ts.isIdentifier(node.typeName)) return undefined;
  return names.includes(node.typeName.text) ? node.typeArguments?.[index] : undefined;
}

/** An element of a tuple as it is written, without its label and its marks. */
export function writtenTupleElement(written: ts.TypeNode | undefined, index: number): ts.TypeNode | undefined {
  const node = unwrapped(written);
  const element = node !== undefined && ts.isTupleTypeNode(node) ? node.elements[index] : undefined;
  if (element === undefined) return undefined;
  if (ts.isNamedTupleMember(element)) return element.dotDotDotToken ? writtenElement(element.type) : element.type;
  if (ts.isOptionalTypeNode(element)) return element.type;
  return ts.isRestTypeNode(element) ? writtenElement(element.type) : element;
}

/** The type that a declaration is annotated with. */
export function annotationOf(declaration: ts.Declaration | undefined): ts.TypeNode | undefined {
  return (declaration as { type?: ts.TypeNode } | undefined)?.type;
}
