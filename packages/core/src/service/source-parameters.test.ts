import { sourceParameters } from './source-parameters.js';

/** A function from its source, so that no compiler changes it before it is read. */
function fromSource(source: string): (...args: never[]) => unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the sources are those below
  const evaluate = new Function(`return ${source}`) as () => (...args: never[]) => unknown;
  return evaluate();
}

const method = (source: string): ((...args: never[]) => unknown) =>
  Object.values(fromSource(`({ ${source} })`) as unknown as Record<string, (...args: never[]) => unknown>)[0]!;

/** As in a signature: `name?` has a default, `...name` takes the rest, `_` is a pattern. */
function signature(handler: (...args: never[]) => unknown): string | undefined {
  return sourceParameters(handler)
    ?.map(({ name = '_', optional, rest }) => `${rest ? '...' : ''}${name}${optional ? '?' : ''}`)
    .join(' ');
}

test.each([
  ['plain() {}', ''],
  ['plain(a, b) {}', 'a b'],
  ['async later(a, b) {}', 'a b'],
  ['*generate(a) {}', 'a'],
  ['async *generate(a) {}', 'a'],
  ['"a name (quoted)"(a) {}', 'a'],
  ['["com" + String("puted")](a) {}', 'a'],
  ['$1_ünicode(ä, $, _) {}', 'ä $ _'],
  ['trailing(a, b,) {}', 'a b'],
  ['defaults(a, b = 1, c = "a, b) {", d = [1, (2, 3)], e = (x, y) => x) {}', 'a b? c? d? e?'],
  ['lines(a, // one, two\n b /* = 3, four */, c = /* , */ 5) {}', 'a b c?'],
  ['escaped(a = "\\", b) ", c = \'\\\', d\', d = `e, f)`) {}', 'a? c? d?'],
  ['rest(a, ...more) {}', 'a ...more'],
  ['restPattern(...[a, b]) {}', '..._'],
  ['patterns({ a, b: [c] = [] }, [d, ...e], { f } = {}, g) {}', '_ _ _? g'],
  ['body(a) { if (a) return "(b, c)"; }', 'a'],
])('%s has the parameters "%s"', (source, expected) => {
  expect(signature(method(source))).toBe(expected);
});

test.each([
  ['function () {}', ''],
  ['function named(a, b) {}', 'a b'],
  ['async function (a) {}', 'a'],
  ['(a, b) => a + b', 'a b'],
  ['async (a, { b }) => (a, b)', 'a _'],
  ['a => (b, c)', 'a'],
  ['async a => a', 'a'],
  ['() => (a, b)', ''],
])('%s has the parameters "%s"', (source, expected) => {
  expect(signature(fromSource(source))).toBe(expected);
});

test.each([
  ['a regular expression', 'method(a = /[,)]/, b) {}'],
  ['a division', 'method(a = 1 / 2, b) {}'],
  ['a template with a value', 'method(a = `${"b, c)"}`) {}'],
])('%s in the list is left to those who can read it', (_what, source) => {
  expect(sourceParameters(method(source))).toBeUndefined();
});

test('functions whose source is not theirs have no parameters to tell', () => {
  const two = (a: number, b: number): number => a + b;
  const replaced = Object.defineProperty((): void => undefined, 'length', { value: 2 });

  expect(sourceParameters(two.bind(undefined))).toBeUndefined();
  expect(sourceParameters(Math.max)).toBeUndefined();
  expect(sourceParameters(replaced)).toBeUndefined();
  expect(sourceParameters(new Proxy(two, {}))).toBeUndefined();
  expect(sourceParameters(fromSource('class { constructor(a) {} }'))).toBeUndefined();
});
