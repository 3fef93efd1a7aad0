/** Names of parameters, read from a function's source: all that is left of a signature when nobody recorded its types. */

/** What a function's source says of one parameter. */
export interface SourceParameter {
  /** Undefined for a pattern such as `{ a, b }`, which has none. */
  readonly name: string | undefined;
  /** Whether it has a default value; what TypeScript marks with `?` cannot be seen any more. */
  readonly optional: boolean;
  readonly rest: boolean;
}

/** The parameters of a function, or undefined if its source does not say them clearly. Runs nothing. */
export function sourceParameters(handler: (...args: never[]) => unknown): SourceParameter[] | undefined {
  const source = Function.prototype.toString.call(handler);
  const [, single] = SINGLE.exec(source) ?? [];
  if (single !== undefined) return [{ name: single, optional: false, rest: false }];
  const parameters = parameterTokens(source)?.map(readParameter);
  if (!isComplete(parameters)) return undefined;
  // What the engine counts must agree; for bound and native functions, for example, it does not.
  const required = parameters.findIndex(({ optional, rest }) => optional || rest);
  return handler.length === (required < 0 ? parameters.length : required) ? parameters : undefined;
}

/**
 * Whether a function is written as a class writes its methods: what a decorator puts into the place of one is a function or
 * an arrow function, as a rule.
 */
export function isWrittenAsMethod(method: (...args: never[]) => unknown): boolean {
  return METHOD.test(Function.prototype.toString.call(method));
}

/** Whether a parameter list ends with a rest parameter, also where what stands before it is not clear. */
export function hasRestParameter(handler: (...args: never[]) => unknown): boolean {
  let depth = 0;
  for (const [token] of Function.prototype.toString.call(handler).matchAll(REST_TOKENS)) {
    if (OPENING.includes(token)) depth += 1;
    else if (CLOSING.includes(token)) depth -= 1;
    if (depth === 1 && token === '...') return true;
    if (depth === 0 && token === ')') return false;
  }
  return false;
}

/** No keyword and no arrow, but a name, a quoted or a computed one. */
const METHOD =
  /^(?!(?:async\s+)?function\b|class\b|async\s*\()(?:async)?\s*\*?\s*(?:[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*\s*\(|['"[\d])/u;
/** Comments, strings, three dots and brackets: only a rest parameter has the dots right in the list, not in a pattern. */
const REST_TOKENS = /\/\*[^]*?\*\/|\/\/.*|(['"`])(?:\\[^]|(?!\1)[^\\])*\1|\.\.\.|[()[\]{}]/g;
/** An arrow function without parentheses. */
const SINGLE = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)\s*=>/u;
/** Space, comments, strings, names, three dots, and any other character. */
const TOKENS =
  /\s+|\/\*[^]*?\*\/|\/\/.*|'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"|`(?:\\[^]|[^`\\$])*`|[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*|\.\.\.|[^]/gu;
const NOTHING = /^(?:\s|\/\*|\/\/)/;
/** Templates with a value inside, regular expressions: only a parser can tell where they end. */
const UNCLEAR = ['`', '/'];
const OPENING = ['(', '[', '{'];
const CLOSING = [')', ']', '}'];

/** The tokens of each parameter, without those nested in brackets; undefined if no list of parameters can be told. */
function parameterTokens(source: string): string[][] | undefined {
  const parameters: string[][] = [[]];
  const tokens = listTokens(source);
  for (const { token, depth } of tokens ?? []) {
    if (depth > 1) continue;
    if (token === ',') parameters.push([]);
    else parameters.at(-1)!.push(token);
  }
  // Nothing stands between empty brackets, or after a last comma.
  if (parameters.at(-1)!.length === 0) parameters.pop();
  return tokens && parameters;
}

/** What stands in the brackets after a function's name; undefined if that cannot be told. */
function listTokens(source: string): Token[] | undefined {
  let list: Token[] | undefined;
  for (const at of tokensOf(source)) {
    if (UNCLEAR.includes(at.token)) return undefined;
    if (at.depth > 0) list?.push(at);
    else if (list !== undefined) return list;
    else if (at.token === '(') list = [];
  }
  return undefined;
}

interface Token {
  readonly token: string;
  /** In how many brackets it is; a bracket is outside itself. */
  readonly depth: number;
}

/** What is neither space nor comment. */
function* tokensOf(source: string): Generator<Token> {
  let depth = 0;
  for (const [token] of source.matchAll(TOKENS)) {
    if (NOTHING.test(token)) continue;
    if (CLOSING.includes(token)) depth -= 1;
    yield { token, depth };
    if (OPENING.includes(token)) depth += 1;
  }
}

function readParameter(tokens: readonly string[]): SourceParameter | undefined {
  const rest = tokens[0] === '...';
  const [first = '', ...others] = rest ? tokens.slice(1) : tokens;
  // Of a pattern, both brackets are left.
  const isPattern = first === '{' || first === '[';
  const next = others[isPattern ? 1 : 0];
  const isName = /^[\p{ID_Start}$_]/u.test(first);
  if ((!isPattern && !isName) || (next !== undefined && next !== '=')) return undefined;
  return { name: isName ? first : undefined, optional: next === '=', rest };
}

function isComplete(parameters: (SourceParameter | undefined)[] | undefined): parameters is SourceParameter[] {
  return parameters?.every((parameter) => parameter !== undefined) === true;
}
