import { ts } from 'ts-morph';
import type { Decoration, Decorations } from './decorations.js';

/** A class with `@RpcService` before it. */
export interface DecoratedClass {
  readonly declaration: ts.ClassLikeDeclaration;
  /** Its own name, or that of the constant that holds it. */
  readonly name: ts.Identifier | undefined;
  readonly decoration: Decoration;
}

/** All decorated classes of a file, also those that functions make, in the order in which they stand there. */
export function decoratedClassesOf(source: ts.SourceFile, decorations: Decorations): DecoratedClass[] {
  const found: DecoratedClass[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      const name = node.name ?? nameOfHolder(node);
      const decoration = decorations.of(node, 'RpcService', name?.text ?? 'class');
      if (decoration !== undefined) found.push({ declaration: node, name, decoration });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `const Greeter = class { … }` */
function nameOfHolder({ parent }: ts.ClassLikeDeclaration): ts.Identifier | undefined {
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name : undefined;
}
