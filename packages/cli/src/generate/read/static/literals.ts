import { ts } from 'ts-morph';
import { ABSENT, isReadableFunction, UNKNOWN, type Bound, type Literal, type StaticSource } from './bound.js';

/** The value of an expression that has been followed to its end, if it is a literal or worked out of literals. */
export function readLiteral({ node, scope }: Bound, source: StaticSource): Literal | typeof UNKNOWN {
  if (node === ABSENT.node) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isEnumMember(node)) return source.checker.getConstantValue(node) ?? UNKNOWN;
  if (ts.isTemplateExpression(node)) return templateOf({ node, scope }, source);
  if (ts.isTypeOfExpression(node)) return typeOf({ node: node.expression, scope }, source);
  if (ts.isPrefixUnaryExpression(node)) return unaryOf({ node, scope }, source);
  if (ts.isBinaryExpression(node)) return binaryOf({ node, scope }, source);
  return literalOfType(source.checker.getTypeAtLocation(node), source.checker);
}

/** The value of a type that has only one. */
export function literalOfType(type: ts.Type, checker: ts.TypeChecker): Literal | typeof UNKNOWN {
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  if (type.flags & ts.TypeFlags.BooleanLiteral) return checker.typeToString(type) === 'true';
  return type.flags & ts.TypeFlags.Undefined ? undefined : UNKNOWN;
}

function templateOf({ node, scope }: Bound<ts.TemplateExpression>, source: StaticSource): string | typeof UNKNOWN {
  let text = node.head.text;
  for (const { expression, literal } of node.templateSpans) {
    const value = source.literalOf({ node: expression, scope });
    if (value === UNKNOWN) return UNKNOWN;
    text += String(value) + literal.text;
  }
  return text;
}

function typeOf(bound: Bound, source: StaticSource): string | typeof UNKNOWN {
  const value = source.literalOf(bound);
  if (value !== UNKNOWN) return typeof value;
  const { node } = source.follow(bound);
  if (isReadableFunction(node) || ts.isClassLike(node)) return 'function';
  return ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node) ? 'object' : UNKNOWN;
}

function unaryOf({ node, scope }: Bound<ts.PrefixUnaryExpression>, source: StaticSource): Literal | typeof UNKNOWN {
  const operand = source.literalOf({ node: node.operand, scope });
  if (operand === UNKNOWN) return UNKNOWN;
  if (node.operator === ts.SyntaxKind.ExclamationToken) return !operand;
  if (node.operator === ts.SyntaxKind.MinusToken) return -Number(operand);
  return node.operator === ts.SyntaxKind.PlusToken ? Number(operand) : UNKNOWN;
}

const ARITHMETIC: ReadonlyMap<ts.SyntaxKind, (left: number, right: number) => number> = new Map([
  [ts.SyntaxKind.PlusToken, (left, right) => left + right],
  [ts.SyntaxKind.MinusToken, (left, right) => left - right],
  [ts.SyntaxKind.AsteriskToken, (left, right) => left * right],
  [ts.SyntaxKind.SlashToken, (left, right) => left / right],
  [ts.SyntaxKind.PercentToken, (left, right) => left % right],
  [ts.SyntaxKind.AsteriskAsteriskToken, (left, right) => left ** right],
]);

const LOGIC: ReadonlyMap<ts.SyntaxKind, (left: Literal, right: Literal) => Literal> = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, (left: Literal, right: Literal) => left === right],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, (left: Literal, right: Literal) => left !== right],
  [ts.SyntaxKind.AmpersandAmpersandToken, (left: Literal, right: Literal) => (left ? right : left)],
  [ts.SyntaxKind.BarBarToken, (left: Literal, right: Literal) => [left, right].find(Boolean) ?? right],
]);

function binaryOf({ node, scope }: Bound<ts.BinaryExpression>, source: StaticSource): Literal | typeof UNKNOWN {
  const left = source.literalOf({ node: node.left, scope });
  const right = source.literalOf({ node: node.right, scope });
  if (left === UNKNOWN || right === UNKNOWN) return UNKNOWN;
  const operator = node.operatorToken.kind;
  const logic = LOGIC.get(operator);
  if (logic !== undefined) return logic(left, right);
  if (typeof left === 'number' && typeof right === 'number') return ARITHMETIC.get(operator)?.(left, right) ?? UNKNOWN;
  const isText = typeof left === 'string' || typeof right === 'string';
  return isText && operator === ts.SyntaxKind.PlusToken ? String(left) + String(right) : UNKNOWN;
}
