/** Looks into what a decorator is made of for the decorators of `@rpcudp/core` that it applies. */
import { ts } from 'ts-morph';
import { isDeclaredInCore, isFromCore, type CoreName } from './core-names.js';
import { isReadableFunction, scopeOfCall, UNKNOWN, type Bound } from './static/bound.js';
import { step } from './static/follow.js';
import type { ParsedSource } from './static/source.js';

/** A call of a decorator's factory, such as `RpcMethod({ … })`, inside whatever applies it. */
export interface Application {
  readonly call: Bound<ts.CallExpression>;
  /** Whether it depends on something that only running the program tells. */
  readonly conditional: boolean;
}

/** Decorators that are made of others are made of few. */
const DEPTH_MAX = 40;

export class DecoratorWalk {
  readonly #name: CoreName;
  readonly #source: ParsedSource;
  /** What is being visited: a function that calls itself is not entered twice. */
  readonly #visiting = new Set<ts.Node>();
  /** Functions that apply no decorator. */
  readonly #barren = new Set<ts.Node>();
  #found: Application[] = [];

  constructor(name: CoreName, source: ParsedSource) {
    this.#name = name;
    this.#source = source;
  }

  /** All that an expression applies, each once. */
  applications(expression: Bound): readonly Application[] {
    return this.#collect(() => this.#visit(expression));
  }

  #collect(visit: () => void): Application[] {
    const around = this.#found;
    this.#found = [];
    visit();
    const found = this.#found;
    this.#found = around;
    return found;
  }

  #visit(bound: Bound): void {
    const { node, scope } = bound;
    if (ts.isTypeNode(node) || ts.isClassLike(node) || this.#visiting.has(node)) return;
    if (this.#visiting.size > DEPTH_MAX * 10) return;
    this.#visiting.add(node);
    if (ts.isCallExpression(node)) this.#visitCall({ node, scope });
    else if (ts.isConditionalExpression(node)) this.#visitCondition({ node, scope });
    else if (ts.isBlock(node)) this.#visitStatements(node.statements, bound);
    else if (isName(node)) this.#visitName({ node, scope });
    else if (isReadableFunction(node)) this.#visit({ node: node.body, scope });
    else ts.forEachChild(node, (child) => this.#visit({ node: child, scope }));
    this.#visiting.delete(node);
  }

  #visitCall(call: Bound<ts.CallExpression>): void {
    const { node, scope } = call;
    const callee = this.#source.follow({ node: node.expression, scope });
    if (isFromCore(callee.node, this.#name, this.#source.checker)) {
      if (!this.#found.some((known) => known.call.node === node)) this.#found.push({ call, conditional: false });
      return;
    }
    // Interceptors are functions that run with calls: nothing in them decorates.
    if (isFromCore(callee.node, 'RpcUse', this.#source.checker)) return;
    for (const argument of node.arguments) this.#visit({ node: argument, scope });
    // `RpcMethod()(target, key)`: what is called is given by a call.
    if (!isName(node.expression)) this.#visit({ node: node.expression, scope });
    else if (isReadableFunction(callee.node) && !isDeclaredInCore([callee.node])) {
      const target = { node: callee.node, scope: callee.scope };
      this.#enter({ node: callee.node.body, scope: scopeOfCall(target, call) }, call);
    }
  }

  #enter(body: Bound, { node, scope }: Bound<ts.CallExpression>): void {
    const given = node.arguments.map((argument) => this.#source.follow({ node: argument, scope }));
    // `wrap(RpcMethod)` may give what `wrap(other)` does not.
    const isPlain = !given.some((found) => isFromCore(found.node, this.#name, this.#source.checker));
    if (isPlain && this.#barren.has(body.node)) return;
    const found = this.#collect(() => this.#visit(body));
    if (found.length === 0 && isPlain) this.#barren.add(body.node);
    this.#add(found);
  }

  #visitName({ node, scope }: Bound<Name>): void {
    const next = step({ node, scope }, this.#source);
    if (next !== undefined) this.#visit(next);
    else if (!ts.isIdentifier(node)) this.#visit({ node: node.expression, scope });
  }

  #visitCondition({ node, scope }: Bound<ts.ConditionalExpression>): void {
    const condition = this.#source.literalOf({ node: node.condition, scope });
    const [whenTrue, whenFalse] = [node.whenTrue, node.whenFalse].map(
      (branch) => () => this.#visit({ node: branch, scope }),
    );
    this.#branch(condition, whenTrue!, whenFalse!);
  }

  /** What stands after a branch that returns is the other branch. */
  #visitStatements(statements: readonly ts.Statement[], { scope }: Bound): void {
    statements.every((statement, index) => {
      if (!ts.isIfStatement(statement)) {
        this.#visit({ node: statement, scope });
        return !ends(statement);
      }
      const { expression, thenStatement, elseStatement } = statement;
      const isEnd = ends(thenStatement);
      const otherwise = (): void => {
        if (elseStatement !== undefined) this.#visit({ node: elseStatement, scope });
        if (isEnd) this.#visitStatements(statements.slice(index + 1), { node: statement, scope });
      };
      const condition = this.#source.literalOf({ node: expression, scope });
      this.#branch(condition, () => this.#visit({ node: thenStatement, scope }), otherwise);
      return !isEnd;
    });
  }

  #branch(condition: unknown, whenTrue: () => void, whenFalse: () => void): void {
    if (condition !== UNKNOWN) return condition ? whenTrue() : whenFalse();
    const branches = [this.#collect(whenTrue), this.#collect(whenFalse)];
    const isSure = branches.every((found) => found.length > 0);
    this.#add(branches.flat().map((found) => (isSure ? found : { ...found, conditional: true })));
  }

  #add(found: readonly Application[]): void {
    this.#found.push(...found.filter(({ call }) => !this.#found.some((known) => known.call.node === call.node)));
  }
}

type Name = ts.Identifier | ts.PropertyAccessExpression | ts.ElementAccessExpression;

function isName(node: ts.Node): node is Name {
  return ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

function ends(statement: ts.Statement): boolean {
  if (ts.isBlock(statement)) return statement.statements.some(ends);
  return ts.isReturnStatement(statement) || ts.isThrowStatement(statement);
}
