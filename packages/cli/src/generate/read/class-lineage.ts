/** The classes that a class is made of: what it extends, and what the mixins that it extends are made of. */
import { ts } from 'ts-morph';
import { Packages } from './package-of.js';
import type { ProblemList } from './problem-list.js';
import { isReadableFunction, NO_SCOPE, type Bound } from './static/bound.js';
import type { ParsedSource } from './static/source.js';

export type BoundClass = Bound<ts.ClassLikeDeclaration>;

export class ClassLineage {
  readonly #source: ParsedSource;
  readonly #problems: ProblemList;
  readonly #packages = new Packages();

  constructor(source: ParsedSource, problems: ProblemList) {
    this.#source = source;
    this.#problems = problems;
  }

  /** A class and what it extends, the furthest first. What cannot be found is a problem. */
  of(declared: BoundClass, path: string): BoundClass[] {
    const found = new Map<ts.Node, BoundClass>();
    this.#collect(declared, path, found);
    return [...found.values()];
  }

  #collect(declared: BoundClass, path: string, found: Map<ts.Node, BoundClass>): void {
    const clause = declared.node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
    const base = clause?.types[0]?.expression;
    if (base !== undefined) this.#collectBase({ node: base, scope: declared.scope }, declared, path, found);
    found.set(declared.node, declared);
  }

  #collectBase(base: Bound, heir: BoundClass, path: string, found: Map<ts.Node, BoundClass>): void {
    const { node, scope } = this.#source.follow(base);
    const classes = ts.isClassLike(node) ? [{ node, scope }] : this.#classesOfType(base.node);
    for (const each of classes) {
      const isReadable = !each.node.getSourceFile().isDeclarationFile && !found.has(each.node);
      if (isReadable) this.#collect(each, path, found);
    }
    this.#checkDeclared([heir, ...found.values()], base, path);
    if (classes.length > 0 || this.#isForeign({ node, scope })) return;
    const text = base.node.getText().split('\n', 1)[0]!;
    this.#problems.add(
      { path, node: base.node },
      `What ${heir.node.name?.text ?? path} extends cannot be found in the source, so it is not known whether "${text}" has remote ` +
        'methods. Extend a class, or what a function gives that returns one class.',
    );
  }

  /** The classes whose instances a constructor gives, where the source does not lead to them but the type does. */
  #classesOfType(node: ts.Node): BoundClass[] {
    const classes = this.#instancesOf(node).flatMap(
      (part) => part.getSymbol()?.declarations?.filter(ts.isClassLike) ?? [],
    );
    return [...new Set(classes)].map((found) => ({ node: found, scope: NO_SCOPE }));
  }

  /** Whether it is somebody else's altogether, such as `Error` or what a factory of a framework gives that got nothing of ours. */
  #isForeign({ node, scope }: Bound): boolean {
    const named = ts.isCallExpression(node) ? node.expression : node;
    const { checker } = this.#source;
    const symbol = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(named) ? named.name : named);
    if (symbol === undefined) return false;
    const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const args = ts.isCallExpression(node) ? node.arguments : [];
    const isOurs = args.some((argument) => {
      const given = this.#source.follow({ node: argument, scope }).node;
      return ts.isClassLike(given) || isReadableFunction(given);
    });
    return !isOurs && (real.declarations ?? []).some(isDeclaredElsewhere);
  }

  /** The types of the instances that a constructor gives, each part of an intersection on its own. */
  #instancesOf(node: ts.Node): readonly ts.Type[] {
    const { checker } = this.#source;
    return checker
      .getTypeAtLocation(node)
      .getConstructSignatures()
      .map((signature) => signature.getReturnType())
      .flatMap((made) => partsOf(checker.getBaseConstraintOfType(made) ?? made));
  }

  /** Compiled declarations have no decorators, so which of the methods in them are remote is not known. */
  #checkDeclared(heirs: readonly BoundClass[], base: Bound, path: string): void {
    const known = new Set(heirs.flatMap(({ node }) => node.members.map((member) => member.name?.getText())));
    const open = this.#instancesOf(base.node)
      .flatMap((type) => type.getProperties())
      .filter((property) => !known.has(property.name) && isPublicMethod(property))
      .flatMap(({ name, valueDeclaration }) => {
        const { isDeclarationFile, fileName } = valueDeclaration!.getSourceFile();
        const from = isDeclarationFile ? this.#packages.userOfCore(fileName) : undefined;
        return from === undefined ? [] : [{ name, from }];
      });
    if (open.length === 0) return;
    const names = [...new Set(open.map(({ name }) => `${name}()`))].join(', ');
    this.#problems.add(
      { path, node: base.node },
      `"${base.node.getText().split('\n', 1)[0]!}" is known by the compiled declarations of ${open[0]!.from} alone, which do not ` +
        `say which methods are remote: ${names}. Override those that are, with @RpcMethod(), and the others without.`,
    );
  }
}

function isDeclaredElsewhere(declaration: ts.Declaration): boolean {
  const isValue = ts.isFunctionDeclaration(declaration) || ts.isVariableDeclaration(declaration);
  return isValue && declaration.getSourceFile().isDeclarationFile;
}

function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isIntersection() ? type.types.flatMap(partsOf) : [type];
}

function isPublicMethod({ flags, valueDeclaration }: ts.Symbol): boolean {
  if (!(flags & ts.SymbolFlags.Method) || valueDeclaration === undefined) return false;
  return (ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.NonPublicAccessibilityModifier) === 0;
}
