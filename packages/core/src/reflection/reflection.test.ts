import { REFLECTION_BYTES_MAX, REFLECTION_NAMES_MAX, FAILURE_BYTES_MAX, METHOD_NAME_BYTES_MAX } from '../limits.js';
import { messagePack } from '../codec/messagepack.js';
import { contractOf } from '../service/contract.js';
import { defineService } from '../service/define-service.js';
import type { ServedService } from './describe.js';
import { REFLECTION_GUARDS } from './reflection-guards.js';
import { Reflection } from './reflection.js';

/** A service with a doc of so many bytes. */
function service(name: string, docBytes = 0): ServedService {
  const contract = defineService<{ go(): void }>({ name, doc: 'x'.repeat(docBytes) }, { go: {} });
  return { contract, implementation: { go: () => undefined } };
}

const reflect = (...services: ServedService[]): Reflection => new Reflection({ wires: ['native'], services });

test('what is served later is there, and each service is described once', () => {
  const services = [service('First')];
  const reflection = reflect(...services);
  const growing = new Reflection({ wires: [], services });
  const before = growing.services();
  services.push(service('Second'));

  expect(growing.services().map(({ name }) => name)).toEqual(['First', 'Second']);
  expect(growing.service('First')).toBe(before[0]);
  expect(reflection.services()).toHaveLength(1);
});

test('a service that is not there is NOT_FOUND, with those that are', () => {
  expect(() => reflect(service('A'), service('B')).service('C')).toThrow(
    expect.objectContaining({
      code: 'NOT_FOUND',
      message: 'This endpoint serves no service of that name. There are: A, B.',
      details: { services: ['A', 'B'] },
    }),
  );
});

test('a message names so many services that it can travel, however long their names are', () => {
  const names = Array.from({ length: 20 }, (_, index) => String(index).padStart(METHOD_NAME_BYTES_MAX, 'x'));
  const failing = (): unknown => reflect(...names.map((name) => service(name))).service('none');

  expect(failing).toThrow(new RegExp(`, x+${REFLECTION_NAMES_MAX - 1} and 10 more\\.$`));
  const message = [...names.slice(0, REFLECTION_NAMES_MAX), 'and 10 more'].join(', ');
  expect(messagePack().encode([message]).length).toBeLessThan(FAILURE_BYTES_MAX - 1_000);
});

test('a list that is too large for an answer ends in an error that says what to do', () => {
  const half = REFLECTION_BYTES_MAX / 2;
  const reflection = reflect(service('A', half), service('B', half));

  expect(() => reflection.services()).toThrow(
    expect.objectContaining({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringMatching(
        /take \d{7} bytes, and an answer has at most 1048576\. Ask for one at a time with service\(name\)\. There are: A, B\.$/,
      ) as string,
      details: { bytes: expect.any(Number) as number, bytesMax: REFLECTION_BYTES_MAX, services: ['A', 'B'] },
    }),
  );
  expect(reflection.service('A').doc).toHaveLength(half);
});

test('so does one service that is too large alone', () => {
  expect(() => reflect(service('A', REFLECTION_BYTES_MAX)).service('A')).toThrow(
    expect.objectContaining({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringContaining('The description of A takes') as string,
    }),
  );
});

test('what counts as the size of a description is never less than what travels', () => {
  const reflection = reflect(service('A'), service('B', 300), service('C', 70_000));
  const described = reflection.services();

  expect(messagePack().encode(described).length).toBeLessThan(Buffer.byteLength(JSON.stringify(described)));
});

test('its guards take what its methods take, and are for all of them', () => {
  const { methods } = contractOf(Reflection);
  const validate = (property: 'about' | 'service', args: unknown): boolean =>
    !('issues' in (REFLECTION_GUARDS.methods[property].args['~standard'].validate(args) as object));

  expect(Object.keys(REFLECTION_GUARDS.methods)).toEqual([...methods.keys()]);
  expect([...methods.values()].map(({ delivery }) => delivery)).toEqual(['idempotent', 'idempotent', 'idempotent']);
  expect([[], ['A'], [1], ['A', 'B']].map((args) => validate('about', args))).toEqual([true, false, false, false]);
  expect([[], ['A'], [1], ['A', 'B']].map((args) => validate('service', args))).toEqual([false, true, false, false]);
});
