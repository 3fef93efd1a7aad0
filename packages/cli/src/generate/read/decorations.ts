import { ts } from 'ts-morph';

/** Where decorators of services come from. */
const CORE = '@rpcudp/core';

/** A decorator as it stands before a class or a method. */
export interface Decoration {
  readonly decorator: ts.Decorator;
  /** Undefined if its parentheses are missing. */
  readonly call: ts.CallExpression | undefined;
}

/** The decorator of this name from `@rpcudp/core`, under whatever name it was imported. */
export function decorationOf(
  node: ts.Node,
  name: 'RpcService' | 'RpcMethod',
  checker: ts.TypeChecker,
): Decoration | undefined {
  if (!ts.canHaveDecorators(node)) return undefined;
  for (const decorator of ts.getDecorators(node) ?? []) {
    const { expression } = decorator;
    const call = ts.isCallExpression(expression) ? expression : undefined;
    if (isFromCore(call?.expression ?? expression, name, checker)) return { decorator, call };
  }
  return undefined;
}

/** Follows imports and re-exports down to the package; what cannot be followed goes by its name. */
function isFromCore(callee: ts.Expression, name: string, checker: ts.TypeChecker): boolean {
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
  return symbol.name === name && isDeclaredInCore(symbol);
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

/** `export *` leaves no trace on the way, so the end of the way has to do. */
function isDeclaredInCore(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) =>
    /\/core\/(?:dist|src)\/.*service\/decorators\.(?:d\.)?ts$/.test(declaration.getSourceFile().fileName),
  );
}
