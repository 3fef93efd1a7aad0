/** Finds out what comes from `@rpcudp/core`, under whatever name it was imported. */
import { ts } from 'ts-morph';

const CORE = '@rpcudp/core';

/** What the generator looks for in the sources. */
export type CoreName = 'RpcService' | 'RpcMethod' | 'RpcUse' | 'defineService';

/** The types by which decorators are known that somebody else gives. */
export type DecoratorType = 'RpcServiceDecorator' | 'RpcMethodDecorator';

/** Whether an expression, or the declaration that it leads to, is this function of `@rpcudp/core`. */
export function isFromCore(node: ts.Node, name: CoreName, checker: ts.TypeChecker): boolean {
  if (ts.isFunctionDeclaration(node)) return node.name?.text === name && isDeclaredInCore([node]);
  return ts.isExpression(node) && isImportedFromCore(node, name, checker);
}

/** Whether a type is that of such a decorator, or one that is more. */
export function isDecoratorOf(type: ts.Type, name: DecoratorType): boolean {
  if (type.isUnionOrIntersection()) return type.types.some((part) => isDecoratorOf(part, name));
  return [type.aliasSymbol, type.getSymbol()].some(
    (symbol) => symbol?.name === name && isDeclaredInCore(symbol.declarations ?? []),
  );
}

/** Whether a function is part of `@rpcudp/core`: there is nothing in it that concerns those who call it. */
export function isDeclaredInCore(declarations: readonly ts.Node[]): boolean {
  return declarations.some((declaration) =>
    /\/core\/(?:dist|src)\/.*service\/(?:decorators|define-service|rpc-use)\.(?:d\.)?[cm]?ts$/.test(
      declaration.getSourceFile().fileName,
    ),
  );
}

/** Follows imports and re-exports down to the package; what cannot be followed goes by its name. */
function isImportedFromCore(callee: ts.Expression, name: string, checker: ts.TypeChecker): boolean {
  const identifier = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  if (!ts.isIdentifier(identifier)) return false;
  let symbol = checker.getSymbolAtLocation(identifier);
  // `core.RpcService` of a package that is not installed has no symbol of its own.
  if (symbol === undefined) return identifier.text === name;
  while (symbol.flags & ts.SymbolFlags.Alias) {
    const imported = importOf(symbol);
    if (imported?.module === CORE) return imported.name === name;
    const next = checker.getImmediateAliasedSymbol(symbol);
    if (next === undefined || checker.isUnknownSymbol(next)) return imported?.name === name;
    symbol = next;
  }
  // `export *` leaves no trace on the way, so the end of the way has to do.
  return symbol.name === name && isDeclaredInCore(symbol.declarations ?? []);
}

/** The module that an import or re-export names, and what it takes from it. */
function importOf(symbol: ts.Symbol): { readonly module: string; readonly name: string } | undefined {
  const specifier = symbol.declarations?.find((found) => ts.isImportSpecifier(found) || ts.isExportSpecifier(found));
  if (specifier === undefined) return undefined;
  const module = ts.isImportSpecifier(specifier)
    ? specifier.parent.parent.parent.moduleSpecifier
    : specifier.parent.parent.moduleSpecifier;
  if (module === undefined || !ts.isStringLiteral(module)) return undefined;
  return { module: module.text, name: (specifier.propertyName ?? specifier.name).text };
}
