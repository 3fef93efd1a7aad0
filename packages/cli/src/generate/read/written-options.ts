import { ts } from 'ts-morph';
import type { MethodModel } from '../model.js';
import type { ProblemList } from './problem-list.js';
import { ABSENT, UNKNOWN, type Bound, type Literal } from './static/bound.js';
import { literalOfType } from './static/literals.js';
import { propertyOf } from './static/properties.js';
import type { ParsedSource } from './static/source.js';

/** Of a decorator's options those that a client needs. */
export type WrittenOption = 'name' | 'delivery' | 'oneWay' | 'stream' | WrittenTime;

/** Those of them that are times. */
type WrittenTime = 'timeoutMs' | 'idleMs' | 'totalMs';

/** Options that stand in the source, by name. */
export type WrittenOptions = ReadonlyMap<WrittenOption, { readonly value: Literal; readonly node: ts.Node }>;

export const WRITTEN_OPTIONS: readonly WrittenOption[] = [
  'name',
  'delivery',
  'oneWay',
  'stream',
  'timeoutMs',
  'idleMs',
  'totalMs',
];
const DELIVERIES: readonly Literal[] = ['at-most-once', 'idempotent', 'best-effort'];

/** The longest time that a timer can hold: TIMEOUT_MS_MAX of `@rpcudp/core`. */
const TIMEOUT_MS_MAX = 2_147_483_647;
/** METHOD_NAME_BYTES_MAX of `@rpcudp/core`. */
const NAME_BYTES_MAX = 255;

/** Reads options from literals, from constants, and from what is worked out of them. */
export class OptionsReader {
  readonly #source: ParsedSource;
  readonly #problems: ProblemList;

  constructor(source: ParsedSource, problems: ProblemList) {
    this.#source = source;
    this.#problems = problems;
  }

  read(argument: Bound | undefined, path: string): WrittenOptions {
    const found = new Map<WrittenOption, { value: Literal; node: ts.Node }>();
    for (const option of argument === undefined ? [] : WRITTEN_OPTIONS) {
      const read = readOption(argument!, option, this.#source);
      if (read === undefined) continue;
      const { value, node } = read;
      if (value === UNKNOWN) this.#reportUnknown(`${path}: ${option}`, node);
      else found.set(option, { value, node });
    }
    return found;
  }

  /** The name that a service is given, alone or among its options; undefined if there is none, or none that can be read. */
  serviceName(argument: Bound | undefined, path: string): Literal {
    if (argument === undefined) return undefined;
    if (isString(this.#source.checker.getTypeAtLocation(this.#source.follow(argument).node))) {
      const value = this.#source.literalOf(argument);
      if (value !== UNKNOWN) return value;
      this.#reportUnknown(`${path}: name`, this.#source.follow(argument).node);
      return undefined;
    }
    return this.read(argument, path).get('name')?.value;
  }

  #reportUnknown(path: string, node: ts.Node): void {
    this.#problems.add(
      { path, node },
      'Its value is known only when the program runs. Write a literal, or mark it "as const".',
    );
  }
}

function isString(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.StringLike) !== 0;
}

/** One option, and where it is written; undefined if it is left out. */
export function readOption(
  argument: Bound,
  option: WrittenOption,
  source: ParsedSource,
): { readonly value: Literal | typeof UNKNOWN; readonly node: ts.Node } | undefined {
  const options = source.follow(argument);
  const property = propertyOf(options, option, source);
  if (property === ABSENT) return undefined;
  if (property !== undefined) return { value: source.literalOf(property), node: source.follow(property).node };
  // Options that come from somewhere else altogether may have a type that tells what they are.
  const { node } = options;
  const symbol = source.checker.getTypeAtLocation(node).getProperty(option);
  return symbol && { value: literalOfType(source.checker.getTypeOfSymbol(symbol), source.checker), node };
}

/** What a method's options come to; what is out of range is a problem. */
export function methodOptions(
  options: WrittenOptions,
  property: string,
  path: string,
  problems: ProblemList,
): Pick<MethodModel, 'name' | 'delivery' | 'shape' | WrittenTime> {
  const check = (option: WrittenOption, fits: (value: Literal) => boolean, expected: string): Literal => {
    const written = options.get(option);
    if (written?.value === undefined || fits(written.value)) return written?.value;
    const message = `It must be ${expected}, not ${JSON.stringify(written.value)}.`;
    problems.add({ path: `${path}: ${option}`, node: written.node }, message);
    return undefined;
  };
  const isTimeout = (value: Literal): boolean => Number(value) >= 1 && Number(value) <= TIMEOUT_MS_MAX;
  const time = (option: WrittenTime): number | undefined =>
    check(option, isTimeout, `a number from 1 to ${TIMEOUT_MS_MAX}`) as number | undefined;
  const expected = "'at-most-once', 'idempotent' or 'best-effort'";
  const delivery = check('delivery', (value) => DELIVERIES.includes(value), expected);
  const oneWay = check('oneWay', (value) => typeof value === 'boolean', 'true or false');
  return {
    name: (check('name', isWireName, `a string of 1 to ${NAME_BYTES_MAX} bytes`) as string | undefined) ?? property,
    delivery: (delivery as MethodModel['delivery'] | undefined) ?? 'at-most-once',
    shape: oneWay === true ? 'one-way' : 'unary',
    timeoutMs: time('timeoutMs'),
    idleMs: time('idleMs'),
    totalMs: time('totalMs'),
  };
}

/** Whether a service or a method can have this name. */
export function isWireName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && Buffer.byteLength(name) <= NAME_BYTES_MAX;
}
