import type { ts } from 'ts-morph';
import type { Problem } from '../model.js';

/** Where in the source, and in which part of a signature, reading is. */
export interface Place {
  /** From the method on: `Greeter.sayHi(options).onDone`. */
  readonly path: string;
  /** What a problem points at. */
  readonly node: ts.Node;
  /** The type as it is written there, if it is: it knows the order of unions and the names that the compiler forgets. */
  readonly written?: ts.TypeNode | undefined;
}

/** Collects what cannot be generated from. */
export class ProblemList {
  readonly all: Problem[] = [];

  add({ path, node }: Place, message: string): void {
    this.all.push({ file: node.getSourceFile().fileName, ...positionOf(node), path, message });
  }

  /** Does something that may be left undone: undefined, and no problem, if there is one. */
  attempt<T>(read: () => T): T | undefined {
    const before = this.all.length;
    const result = read();
    if (this.all.length === before) return result;
    this.all.length = before;
    return undefined;
  }
}

/** Where a node begins, both from 1. */
export function positionOf(node: ts.Node): { readonly line: number; readonly column: number } {
  const source = node.getSourceFile();
  const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return { line: line + 1, column: character + 1 };
}
