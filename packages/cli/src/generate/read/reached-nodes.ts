import { ts } from 'ts-morph';
import { isForeign } from './compiler-facts.js';
import type { OpenProgram } from './open-program.js';

/**
 * The parts of sources that the types of methods come from: what stands in their signatures, the declarations that these
 * name, and so on. Bodies are among them only where a type is inferred from one.
 */
export function reachedNodes(methods: readonly ts.Symbol[], open: OpenProgram): ReadonlySet<ts.Node> {
  const walk = new Walk(open);
  for (const method of methods) walk.enter(method);
  return walk.reached;
}

class Walk {
  readonly reached = new Set<ts.Node>();
  readonly #open: OpenProgram;
  readonly #entered = new Set<ts.Symbol>();

  constructor(open: OpenProgram) {
    this.#open = open;
  }

  enter(symbol: ts.Symbol): void {
    if (this.#entered.has(symbol)) return;
    this.#entered.add(symbol);
    for (const declaration of symbol.declarations ?? []) {
      if (isForeign(declaration, this.#open)) continue;
      for (const part of typedParts(declaration)) this.#visit(part);
    }
    if ((symbol.flags & ts.SymbolFlags.Alias) !== 0) this.enter(this.#open.checker.getAliasedSymbol(symbol));
  }

  #visit(node: ts.Node): void {
    this.reached.add(node);
    this.#follow(node);
  }

  #follow(node: ts.Node): void {
    // What a body calls is checked where it is declared; here it matters only what comes of it.
    if (ts.isBlock(node)) return;
    if (ts.isIdentifier(node)) {
      const symbol = this.#open.checker.getSymbolAtLocation(node);
      if (symbol !== undefined) this.enter(symbol);
    }
    ts.forEachChild(node, (child) => this.#follow(child));
  }
}

/** The parts of a declaration that its type is made of. */
function typedParts(declaration: ts.Declaration): readonly ts.Node[] {
  if (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)) return [declaration];
  if (ts.isEnumDeclaration(declaration)) return [declaration];
  if (ts.isClassLike(declaration)) {
    const fields = declaration.members.filter((member) => ts.isPropertyDeclaration(member));
    return [...(declaration.heritageClauses ?? []), ...fields.flatMap(typedParts)];
  }
  if (ts.isFunctionLike(declaration)) {
    const { parameters, type } = declaration;
    const result = type ?? (declaration as { body?: ts.Node }).body;
    return [...parameters.flatMap(typedParts), ...(result === undefined ? [] : [result])];
  }
  return typedPartsOfValue(declaration);
}

function typedPartsOfValue(declaration: ts.Declaration): readonly ts.Node[] {
  if (ts.isParameter(declaration) || ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration)) {
    const part = declaration.type ?? declaration.initializer;
    return part === undefined ? [] : [part];
  }
  if (ts.isPropertySignature(declaration)) return declaration.type === undefined ? [] : [declaration.type];
  const imported =
    ts.findAncestor(declaration, ts.isImportDeclaration) ?? ts.findAncestor(declaration, ts.isExportDeclaration);
  if (imported?.moduleSpecifier === undefined) return [];
  return declaration === imported ? [imported.moduleSpecifier] : [declaration, imported.moduleSpecifier];
}
