import { ts } from 'ts-morph';

/** An expression or what it is known to be, and what the parameters of the functions around it stand for. */
export interface Bound<N extends ts.Node = ts.Node> {
  readonly node: N;
  readonly scope: Scope;
}

/** What was given for parameters. Those of functions that nobody is known to have called are not in it. */
export type Scope = ReadonlyMap<ts.ParameterDeclaration, Bound>;

/** Outside of all functions. */
export const NO_SCOPE: Scope = new Map();

/** An argument or a property that was left out. */
export const ABSENT: Bound = { node: ts.factory.createVoidZero(), scope: NO_SCOPE };

/** A function whose body is there to read. */
export type ReadableFunction = ts.FunctionLikeDeclaration & { readonly body: ts.ConciseBody };

export function isReadableFunction(node: ts.Node): node is ReadableFunction {
  return ts.isFunctionLike(node) && (node as { body?: ts.Node }).body !== undefined;
}

/** What parameters stand for inside a function that is called with these arguments. */
export function scopeOfCall({ node, scope }: Bound<ReadableFunction>, call: Bound<ts.CallExpression>): Scope {
  const inside = new Map(scope);
  const args = call.node.arguments;
  // What is spread has a length that is not known, so nothing behind it has a known place.
  const spread = args.findIndex((argument) => ts.isSpreadElement(argument));
  node.parameters.forEach((parameter, index) => {
    if (parameter.dotDotDotToken !== undefined || (spread >= 0 && index >= spread)) return;
    const argument = args[index];
    if (argument !== undefined) inside.set(parameter, { node: argument, scope: call.scope });
    else inside.set(parameter, parameter.initializer ? { node: parameter.initializer, scope: inside } : ABSENT);
  });
  return inside;
}

/** The expressions that a function may give back, without those of functions inside it. */
export function returnedBy({ body }: ReadableFunction): readonly ts.Expression[] {
  if (!ts.isBlock(body)) return [body];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** A value that the source tells. */
export type Literal = string | number | boolean | undefined;

/** Stands for a value that only running the program would tell. */
export const UNKNOWN: unique symbol = Symbol('known only when the program runs');

/** What the source says without being run. */
export interface StaticSource {
  readonly checker: ts.TypeChecker;
  /** As far as the source tells: a literal, a function, a class; or the expression at which only running it would help. */
  follow(bound: Bound): Bound;
  /** The value of an expression: of literals, of constants, and of what is worked out of them. */
  literalOf(bound: Bound): Literal | typeof UNKNOWN;
}
