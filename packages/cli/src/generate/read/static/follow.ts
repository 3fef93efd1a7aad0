/** Goes from an expression to where its value comes from: constants, imports, parameters, calls of functions. */
import { ts } from 'ts-morph';
import {
  ABSENT,
  isReadableFunction,
  returnedBy,
  scopeOfCall,
  UNKNOWN,
  type Bound,
  type ReadableFunction,
  type StaticSource,
} from './bound.js';
import { propertyOf, takenFrom } from './properties.js';

/** The next step towards a value, or undefined where the source leads no further. */
export function step({ node, scope }: Bound, source: StaticSource): Bound | undefined {
  if (isWrapped(node)) return { node: node.expression, scope };
  if (ts.isIdentifier(node)) return stepFromName({ node, scope }, source);
  if (ts.isPropertyAccessExpression(node)) return stepFromProperty({ node, scope }, node.name.text, source);
  if (ts.isElementAccessExpression(node)) {
    const name = source.literalOf({ node: node.argumentExpression, scope });
    return typeof name === 'string' ? stepFromProperty({ node, scope }, name, source) : undefined;
  }
  if (ts.isConditionalExpression(node)) {
    const condition = source.literalOf({ node: node.condition, scope });
    return condition === UNKNOWN ? undefined : { node: condition ? node.whenTrue : node.whenFalse, scope };
  }
  if (ts.isBinaryExpression(node)) return stepFromDefault({ node, scope }, source);
  if (!ts.isCallExpression(node)) return undefined;
  const [only, ...others] = resultsOf({ node, scope }, source);
  return others.length === 0 ? only : undefined;
}

/** The function that an expression is, if its body is there to read. */
export function functionOf(bound: Bound, source: StaticSource): Bound<ReadableFunction> | undefined {
  const { node, scope } = source.follow(bound);
  return isReadableFunction(node) ? { node, scope } : undefined;
}

/** What a call may give back: one expression for each `return`. None if the function is not there to read. */
export function resultsOf(call: Bound<ts.CallExpression>, source: StaticSource): readonly Bound[] {
  const callee = functionOf({ node: call.node.expression, scope: call.scope }, source);
  if (callee === undefined) return [];
  const scope = scopeOfCall(callee, call);
  return returnedBy(callee.node).map((node) => ({ node, scope }));
}

/** `options ?? {}` */
function stepFromDefault({ node, scope }: Bound<ts.BinaryExpression>, source: StaticSource): Bound | undefined {
  if (node.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) return undefined;
  const left = source.follow({ node: node.left, scope });
  if (ts.isObjectLiteralExpression(left.node)) return left;
  const value = source.literalOf(left);
  if (value === UNKNOWN) return undefined;
  return value === undefined ? { node: node.right, scope } : left;
}

type Wrapped =
  | ts.ParenthesizedExpression
  | ts.AsExpression
  | ts.SatisfiesExpression
  | ts.NonNullExpression
  | ts.TypeAssertion
  | ts.ExpressionWithTypeArguments;

function isWrapped(node: ts.Node): node is Wrapped {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isExpressionWithTypeArguments(node)
  );
}

function stepFromName({ node, scope }: Bound<ts.Identifier>, source: StaticSource): Bound | undefined {
  const symbol = source.checker.getSymbolAtLocation(node);
  return symbol === undefined ? undefined : declared({ symbol, scope }, source);
}

/** A member of an object literal, of a namespace, of a class or of an enum. */
function stepFromProperty(
  { node, scope }: Bound<ts.PropertyAccessExpression | ts.ElementAccessExpression>,
  name: string,
  source: StaticSource,
): Bound | undefined {
  const object = source.follow({ node: node.expression, scope });
  const property = propertyOf(object, name, source);
  if (property !== undefined) return property;
  const symbol = source.checker.getTypeAtLocation(node.expression).getProperty(name) ?? exportOf(node, source.checker);
  return symbol === undefined ? undefined : declared({ symbol, scope: object.scope }, source);
}

/** A member of a namespace or of an enum has no property of a type. */
function exportOf(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | undefined {
  return checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node);
}

/** Where what a symbol stands for is written. */
function declared(
  { symbol, scope }: { readonly symbol: ts.Symbol; readonly scope: Bound['scope'] },
  source: StaticSource,
): Bound | undefined {
  const declaration = declarationOf(symbol, source);
  if (declaration === undefined) return undefined;
  if (ts.isParameter(declaration)) return scope.get(declaration);
  if (ts.isBindingElement(declaration)) return takenApart({ node: declaration, scope }, source);
  if (ts.isShorthandPropertyAssignment(declaration)) {
    const value = source.checker.getShorthandAssignmentValueSymbol(declaration);
    return value && declared({ symbol: value, scope }, source);
  }
  const node = initializerOf(declaration) ?? (isEnd(declaration) ? declaration : undefined);
  return node && { node, scope };
}

/** Of a function with overloads the one that has a body. */
function declarationOf(symbol: ts.Symbol, { checker }: StaticSource): ts.Declaration | undefined {
  const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return real.declarations?.find(isReadableFunction) ?? real.valueDeclaration ?? real.declarations?.[0];
}

function isEnd(declaration: ts.Declaration): boolean {
  return isReadableFunction(declaration) || ts.isClassLike(declaration) || ts.isEnumMember(declaration);
}

/** The value of what is not assigned again. */
function initializerOf(declaration: ts.Declaration): ts.Expression | undefined {
  if (ts.isVariableDeclaration(declaration)) {
    const { initializer } = declaration;
    const isConst = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
    // A variable that holds a function is hardly ever given another.
    return isConst || (initializer !== undefined && isReadableFunction(initializer)) ? initializer : undefined;
  }
  if (ts.isExportAssignment(declaration)) return declaration.expression;
  const isProperty = ts.isPropertyAssignment(declaration) || ts.isPropertyDeclaration(declaration);
  return isProperty ? declaration.initializer : undefined;
}

/** `{ name = 'x' }` in a parameter or a constant. */
function takenApart({ node, scope }: Bound<ts.BindingElement>, source: StaticSource): Bound | undefined {
  const name = node.propertyName ?? node.name;
  // What is left of an object stands for itself: it has the properties that nothing else has taken.
  if (node.dotDotDotToken !== undefined) return { node, scope };
  const from = takenFrom({ node, scope });
  if (from === undefined || !ts.isIdentifier(name)) return undefined;
  const property = propertyOf(source.follow(from), name.text, source);
  const isDefault = property === ABSENT && node.initializer !== undefined;
  return isDefault ? { node: node.initializer, scope } : property;
}
