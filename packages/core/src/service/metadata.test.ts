/* eslint-disable @typescript-eslint/no-extraneous-class -- records are made on empty classes here */
import {
  lineage,
  NUMBER_OR_BIGINT,
  ownMethodRecords,
  ownServiceRecord,
  recordedParameterTypes,
  recordInContext,
  recordOnClass,
  recordOnPrototype,
  recordServiceInContext,
  type AnyClass,
  type DecoratorMetadata,
} from './metadata.js';

const METADATA = (Symbol as { metadata?: symbol }).metadata!;

/** A class as compilers make it for standard decorators: its metadata inherits from that of its base. */
function standardClass(base?: AnyClass): { service: AnyClass; metadata: DecoratorMetadata } {
  const inherited = (base as unknown as Record<symbol, object> | undefined)?.[METADATA] ?? null;
  const metadata = Object.create(inherited) as DecoratorMetadata;
  const service = base === undefined ? class {} : class extends (base as new () => object) {};
  Object.defineProperty(service, METADATA, { value: metadata, configurable: true });
  return { service, metadata };
}

const record = (property: string) => ({ property, options: {} });

test('there is a Symbol.metadata, for without it compilers pass no metadata object', () => {
  expect(typeof METADATA).toBe('symbol');
});

describe('records of standard decorators', () => {
  test('are read from the class they were made in', () => {
    const { service, metadata } = standardClass();
    recordInContext(metadata, record('first'));
    recordInContext(metadata, record('second'));
    recordServiceInContext(metadata, { name: 'Service' });

    expect(ownMethodRecords(service)).toEqual([record('first'), record('second')]);
    expect(ownServiceRecord(service)).toEqual({ name: 'Service' });
  });

  test('of a base are not those of a subclass, although its metadata inherits', () => {
    const base = standardClass();
    recordInContext(base.metadata, record('first'));
    recordServiceInContext(base.metadata, { name: 'Base' });
    const derived = standardClass(base.service);
    class Undecorated extends (base.service as new () => object) {}

    for (const service of [derived.service, Undecorated]) {
      expect(ownMethodRecords(service)).toEqual([]);
      expect(ownServiceRecord(service)).toBeUndefined();
    }
    recordInContext(derived.metadata, record('second'));
    expect(ownMethodRecords(derived.service)).toEqual([record('second')]);
    expect(ownMethodRecords(base.service)).toEqual([record('first')]);
  });
});

describe('records of legacy decorators', () => {
  class Base {}
  class Derived extends Base {}
  recordOnPrototype(Base.prototype, record('first'));
  recordOnPrototype(Base.prototype, record('second'));
  recordOnPrototype(Derived.prototype, record('third'));
  recordOnClass(Base, { name: 'Base' });

  test('are read from the class they were made in', () => {
    expect(ownMethodRecords(Base)).toEqual([record('first'), record('second')]);
    expect(ownServiceRecord(Base)).toEqual({ name: 'Base' });
  });

  test('of a base are not those of a subclass', () => {
    expect(ownMethodRecords(Derived)).toEqual([record('third')]);
    expect(ownServiceRecord(Derived)).toBeUndefined();
  });
});

test('records of both kinds meet in one line of classes', () => {
  class Legacy {}
  recordOnPrototype(Legacy.prototype, record('old'));
  const { service, metadata } = standardClass(Legacy);
  recordInContext(metadata, record('new'));

  expect(lineage(service)).toEqual([service, Legacy]);
  expect(lineage(service).map(ownMethodRecords)).toEqual([[record('new')], [record('old')]]);
});

test('both copies of a package find the records, for their keys are in the global registry', () => {
  const { service, metadata } = standardClass();
  metadata[Symbol.for('rpcudp.service')] = { name: 'Service' };
  metadata[Symbol.for('rpcudp.methods')] = [record('first')];

  expect(ownServiceRecord(service)).toEqual({ name: 'Service' });
  expect(ownMethodRecords(service)).toEqual([record('first')]);
});

test('parameter types are those that the compiler recorded for the method or for what it overrides', () => {
  class Base {
    method(): void {}
  }
  class Derived extends Base {
    override method(): void {}
  }
  Reflect.defineMetadata('design:paramtypes', [String], Base.prototype, 'method');

  expect(recordedParameterTypes(Base.prototype, 'method')).toEqual([String]);
  expect(recordedParameterTypes(Derived.prototype, 'method')).toEqual([String]);
  expect(recordedParameterTypes(Derived.prototype, 'other')).toBeUndefined();
});

test('a number is a number or a bigint where no return type was recorded, as by Babel, which records both alike', () => {
  class Babel {}
  class Others {}
  for (const { prototype } of [Babel, Others])
    Reflect.defineMetadata('design:paramtypes', [Number, String], prototype, 'pay');
  Reflect.defineMetadata('design:returntype', undefined, Others.prototype, 'pay');

  expect(recordedParameterTypes(Babel.prototype, 'pay')).toEqual([NUMBER_OR_BIGINT, String]);
  expect(recordedParameterTypes(Others.prototype, 'pay')).toEqual([Number, String]);
});
