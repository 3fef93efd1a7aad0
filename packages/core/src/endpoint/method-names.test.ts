import { defineService } from '../index';
import { MethodNames } from './method-names';

interface Early {
  find(): void;
}
const Early = defineService<Early>('Early', { find: {} });

function setUp() {
  let reads = 0;
  let now = 0;
  const wireMethod = (service: Uint8Array, method: Uint8Array) => {
    reads += 1;
    return { key: Buffer.concat([service, method]).toString(), bytes: new Uint8Array(0) };
  };
  const names = new MethodNames({ wireMethod }, () => now);
  return { names, reads: () => reads, advance: (ms: number) => void (now += ms) };
}

test('a method of a declared service has a name, and another has none', () => {
  const { names } = setUp();
  expect(Early).toBeDefined();
  expect(names.of('Earlyfind')).toBe('Early.find');
  expect(names.of('Earlylose')).toBeUndefined();
});

test('what has no name is looked for again only every QLOG_NAMES_MS', () => {
  const { names, reads, advance } = setUp();
  names.of('Latefind');
  const once = reads();
  expect(once).toBeGreaterThan(0);
  interface Late {
    find(): void;
  }
  expect(defineService<Late>('Late', { find: {} })).toBeDefined();
  advance(999);
  expect(names.of('Latefind')).toBeUndefined();
  expect(reads()).toBe(once);
  advance(1);
  expect(names.of('Latefind')).toBe('Late.find');
});
