import { ts } from 'ts-morph';
import type { MethodModel } from '../model.js';
import type { Place, ProblemList } from './problem-list.js';

/** Of a decorator's options those that a client needs. */
export type WrittenOption = 'name' | 'delivery' | 'oneWay' | 'timeoutMs';

type Value = string | number | boolean | undefined;

/** Options that stand in the source, by name. */
export type WrittenOptions = ReadonlyMap<WrittenOption, { readonly value: Value; readonly node: ts.Node }>;

const OPTIONS: readonly WrittenOption[] = ['name', 'delivery', 'oneWay', 'timeoutMs'];
const DELIVERIES: readonly Value[] = ['at-most-once', 'idempotent', 'best-effort'];

/** The longest time that a timer can hold: TIMEOUT_MS_MAX of `@rpcudp/core`. */
const TIMEOUT_MS_MAX = 2_147_483_647;
/** METHOD_NAME_BYTES_MAX of `@rpcudp/core`. */
const NAME_BYTES_MAX = 255;

/** Reads options from their literals, and from constants that the compiler knows the value of. */
export class OptionsReader {
  readonly #checker: ts.TypeChecker;
  readonly #problems: ProblemList;

  constructor(checker: ts.TypeChecker, problems: ProblemList) {
    this.#checker = checker;
    this.#problems = problems;
  }

  read(argument: ts.Expression | undefined, path: string): WrittenOptions {
    const found = new Map<WrittenOption, { value: Value; node: ts.Node }>();
    if (argument === undefined) return found;
    const properties = ts.isObjectLiteralExpression(argument) ? argument.properties : undefined;
    if (properties === undefined) this.#readType(argument, path, found);
    for (const property of properties ?? []) {
      if (ts.isSpreadAssignment(property)) this.#readType(property.expression, path, found);
      else this.#readProperty(property, path, found);
    }
    return found;
  }

  /** The value of an expression, if it is a literal or a constant that is one. */
  valueOf(node: ts.Node, place: Place): Value {
    return this.#literal(this.#checker.getTypeAtLocation(node), place);
  }

  #readProperty(
    property: Exclude<ts.ObjectLiteralElementLike, ts.SpreadAssignment>,
    path: string,
    found: Map<WrittenOption, { value: Value; node: ts.Node }>,
  ): void {
    const name = ts.isComputedPropertyName(property.name) ? undefined : property.name.text;
    const option = OPTIONS.find((known) => known === name);
    if (option === undefined) return;
    const node = ts.isPropertyAssignment(property) ? property.initializer : property.name;
    const symbol = ts.isShorthandPropertyAssignment(property)
      ? this.#checker.getShorthandAssignmentValueSymbol(property)
      : undefined;
    const type = symbol ? this.#checker.getTypeOfSymbol(symbol) : this.#checker.getTypeAtLocation(node);
    found.set(option, { value: this.#literal(type, { path: `${path}: ${option}`, node }), node });
  }

  /** Options that are spread in, or that stand elsewhere altogether. */
  #readType(node: ts.Expression, path: string, found: Map<WrittenOption, { value: Value; node: ts.Node }>): void {
    const type = this.#checker.getTypeAtLocation(node);
    for (const option of OPTIONS) {
      const property = type.getProperty(option);
      if (property === undefined) continue;
      const value = this.#literal(this.#checker.getTypeOfSymbol(property), { path: `${path}: ${option}`, node });
      found.set(option, { value, node });
    }
  }

  #literal(type: ts.Type, place: Place): Value {
    if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
    if (type.flags & ts.TypeFlags.BooleanLiteral) return this.#checker.typeToString(type) === 'true';
    if (type.flags & ts.TypeFlags.Undefined) return undefined;
    this.#problems.add(place, 'Its value is known only when the program runs. Write a literal, or mark it "as const".');
    return undefined;
  }
}

/** What a method's options come to; what is out of range is a problem. */
export function methodOptions(
  options: WrittenOptions,
  property: string,
  path: string,
  problems: ProblemList,
): Pick<MethodModel, 'name' | 'delivery' | 'shape' | 'timeoutMs'> {
  const check = (option: WrittenOption, fits: (value: Value) => boolean, expected: string): Value => {
    const written = options.get(option);
    if (written?.value === undefined || fits(written.value)) return written?.value;
    const message = `It must be ${expected}, not ${JSON.stringify(written.value)}.`;
    problems.add({ path: `${path}: ${option}`, node: written.node }, message);
    return undefined;
  };
  const isTimeout = (value: Value): boolean => Number(value) >= 1 && Number(value) <= TIMEOUT_MS_MAX;
  const expected = "'at-most-once', 'idempotent' or 'best-effort'";
  const delivery = check('delivery', (value) => DELIVERIES.includes(value), expected);
  const oneWay = check('oneWay', (value) => typeof value === 'boolean', 'true or false');
  return {
    name: (check('name', isWireName, `a string of 1 to ${NAME_BYTES_MAX} bytes`) as string | undefined) ?? property,
    delivery: (delivery as MethodModel['delivery'] | undefined) ?? 'at-most-once',
    shape: oneWay === true ? 'one-way' : 'unary',
    timeoutMs: check('timeoutMs', isTimeout, `a number from 1 to ${TIMEOUT_MS_MAX}`) as number | undefined,
  };
}

/** Whether a service or a method can have this name. */
export function isWireName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && Buffer.byteLength(name) <= NAME_BYTES_MAX;
}
