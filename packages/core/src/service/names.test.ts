import { METHOD_NAME_BYTES_MAX, TIMEOUT_MS_MAX } from '../limits.js';
import { RpcError } from '../errors.js';
import { checkMethod, checkWireName, invalidService, type ReservedMethodName } from './names.js';

test('a wire name may have so many bytes, and not one more', () => {
  expect(() => checkWireName('x'.repeat(METHOD_NAME_BYTES_MAX), 'here')).not.toThrow();
  expect(() => checkWireName('x'.repeat(METHOD_NAME_BYTES_MAX + 1), 'here')).toThrow(
    `here: the name takes ${METHOD_NAME_BYTES_MAX + 1} bytes; at most ${METHOD_NAME_BYTES_MAX} are allowed.`,
  );
});

test('a wire name is any other string', () => {
  for (const name of ['a', 'find_node', 'then', '__proto__', 'naïve 🙂', '\0']) {
    expect(() => checkWireName(name, 'here')).not.toThrow();
  }
});

test('a method is checked by its property, its name and its options', () => {
  expect(() => checkMethod('method', {}, 'here')).not.toThrow();
  expect(() => checkMethod('method', { timeoutMs: TIMEOUT_MS_MAX, name: 'then' }, 'here')).not.toThrow();
  expect(() => checkMethod('method', { timeoutMs: TIMEOUT_MS_MAX + 1 }, 'here')).toThrow('here: timeoutMs must be');
  expect(() => checkMethod('method', { idleMs: 0 }, 'here')).toThrow('here: idleMs must be');
  expect(() => checkMethod('method', { totalMs: Infinity }, 'here')).toThrow('here: totalMs must be');
  expect(() => checkMethod('x'.repeat(METHOD_NAME_BYTES_MAX + 1), {}, 'here')).toThrow('here: the name takes');
  expect(() => checkMethod('x'.repeat(METHOD_NAME_BYTES_MAX + 1), { name: 'x' }, 'here')).not.toThrow();
  expect(() => checkMethod('then', { name: 'after' }, 'here')).toThrow('a remote method cannot be called "then"');
});

test('the names that the type reserves are those that are refused', () => {
  const typed: Record<Exclude<ReservedMethodName, `__${string}`>, true> = {
    then: true,
    constructor: true,
    toString: true,
    toLocaleString: true,
    toJSON: true,
    valueOf: true,
    hasOwnProperty: true,
    isPrototypeOf: true,
    propertyIsEnumerable: true,
  };
  const inherited = Object.getOwnPropertyNames(Object.prototype);

  expect(inherited.filter((name) => !/^__\w+__$/.test(name) && !Object.hasOwn(typed, name))).toEqual([]);
  for (const name of [...inherited, ...Object.keys(typed)]) {
    expect(() => checkMethod(name, {}, 'here')).toThrow(`a remote method cannot be called "${name}"`);
  }
});

test('misuse is an error of this side that ran nothing', () => {
  const error = invalidService('Wrong.');

  expect(RpcError.is(error)).toBe(true);
  expect(error).toMatchObject({ code: 'INVALID_SERVICE', origin: 'local', executed: 'no', message: 'Wrong.' });
});
