import { shapeFiles } from '../../../test/shapes.js';
import {
  array,
  bigint,
  boolean,
  buffer,
  bytes,
  date,
  element,
  keyword,
  literal,
  map,
  member,
  nil,
  number,
  parameters,
  property,
  record,
  ref,
  shape,
  string,
  template,
  tuple,
  undef,
  union,
  unknown,
} from '../../../test/type-models.js';
import type { DeclarationModel, MethodModel, ServiceModel, TypeModel } from '../model.js';
import { readServices } from './index.js';

const { services, problems } = readServices(shapeFiles(), { strict: true });

function service(className: string): ServiceModel {
  return services.find((found) => found.className === className)!;
}

function method(className: string, property: string): MethodModel {
  return service(className).methods.find((found) => found.property === property)!;
}

/** The types of a method's parameters, by their names as they are written. */
function taken(className: string, property: string): Record<string, TypeModel> {
  const [signature] = method(className, property).signatures;
  return Object.fromEntries(
    signature!.parameters.map(({ name, type, optional, rest }) => [
      `${rest ? '...' : ''}${name}${optional ? '?' : ''}`,
      type,
    ]),
  );
}

function given(className: string, property: string): TypeModel {
  return method(className, property).signatures[0]!.result;
}

function declared(className: string, name: string): DeclarationModel | undefined {
  return service(className).declarations.find((found) => found.name === name);
}

function namesOf(className: string): string[] {
  return service(className).declarations.map(({ name }) => name);
}

const anInterface = (name: string, properties: Record<string, TypeModel>, doc?: string): DeclarationModel => ({
  kind: 'interface',
  name,
  doc,
  shape: shape(properties),
});
const anAlias = (name: string, type: TypeModel, doc?: string): DeclarationModel => ({ kind: 'alias', name, doc, type });

test('every shape is read without a problem', () => {
  expect(problems).toEqual([]);
  expect(services).toHaveLength(shapeFiles().length);
  expect(services.every(({ methods }) => methods.length > 0)).toBe(true);
});

describe('types without parts', () => {
  test('keywords stay what they are', () => {
    expect(taken('Keywords', 'join')).toEqual({ text: string, count: number, flag: boolean });
    expect(given('Keywords', 'nothing')).toEqual(nil);
    expect(given('Keywords', 'done')).toEqual(keyword('void'));
    expect(taken('Keywords', 'maybe')).toEqual({ text: union(string, undef) });
  });

  test('literals keep their values, in the order in which they are written', () => {
    const level = union(literal('low'), literal('high'), literal(3), literal(true), nil);
    expect(service('Literals').declarations).toEqual([anAlias('Level', level)]);
    expect(taken('Literals', 'one')).toEqual({ word: literal('one'), minus: literal(-1), large: literal(10n) });
  });

  test('template literals keep their pattern', () => {
    expect(taken('TemplateLiterals', 'get').loud).toEqual({ kind: 'casing', name: 'Uppercase', type: string });
    expect(declared('TemplateLiterals', 'Key')).toEqual(anAlias('Key', template(['user:', ''], [number])));
    expect(given('TemplateLiterals', 'get')).toEqual(template(['', '!'], [string]));
  });

  test('a template literal of a few words is these words', () => {
    const words = ['em-1', 'em-2', 'px-1', 'px-2'].map(literal);
    expect(taken('TemplateLiterals', 'get').unit).toEqual(union(...words));
  });

  test('a brand is kept beside what travels, and a word that string covers is not named', () => {
    const marks = [property('readonly brand', literal('UserId'))];
    expect(declared('Brands', 'UserId')).toEqual(anAlias('UserId', { kind: 'brand', type: string, marks }));
    expect(taken('Brands', 'echo')).toEqual({ id: ref('UserId'), suggestion: string });
  });

  test('bigint, dates, bytes and buffers are types of their own', () => {
    expect(taken('Bigints', 'twice')).toEqual({ value: bigint });
    expect(given('Bigints', 'id')).toEqual(shape({ id: union(number, bigint) }));
    expect(taken('Dates', 'next')).toEqual({ date: date, span: shape({ 'from': date, 'to?': date }) });
    expect(taken('Bytes', 'join')).toEqual({ left: bytes, right: buffer });
    expect(given('Bytes', 'split')).toEqual(array(buffer, true));
  });

  test('unknown passes, and object is an object of which nothing is known', () => {
    expect(taken('Unknowns', 'echo')).toEqual({ value: unknown, list: array(unknown) });
    expect(taken('Unknowns', 'anything')).toEqual({ value: keyword('object') });
    expect(given('Unknowns', 'anything')).toEqual(record('string', unknown));
  });
});

describe('enums', () => {
  test('an enum is declared with its values and comments', () => {
    expect(declared('Enums', 'Color')).toEqual({
      kind: 'enum',
      name: 'Color',
      doc: 'A colour.',
      members: [
        { name: 'Red', value: 0, doc: undefined },
        { name: 'Green', value: 1, doc: 'Like grass.' },
        { name: 'Blue', value: 10, doc: undefined },
      ],
    });
    expect(taken('Enums', 'paint')).toEqual({ color: ref('Color'), word: union(ref('Word'), nil) });
  });

  test('single members stay members, unless there is no other', () => {
    expect(taken('Enums', 'pick')).toEqual({
      some: union(member('Color', 'Red', 0), member('Color', 'Blue', 10)),
      yes: member('Word', 'Yes', 'yes'),
    });
    expect(given('Enums', 'only')).toEqual(ref('Only'));
  });

  test('the values of a const enum are worked out', () => {
    const bits = declared('ConstEnums', 'Bits');
    expect(bits).toMatchObject({ kind: 'enum', members: [{ value: 0 }, { value: 1 }, { value: 2 }, { value: 3 }] });
  });
});

describe('objects', () => {
  test('an interface has its own properties and the inherited ones, with their marks and comments', () => {
    expect(declared('Interfaces', 'Person')).toEqual({
      kind: 'interface',
      name: 'Person',
      doc: 'Somebody.',
      shape: {
        kind: 'object',
        properties: [
          property('name', string, 'As it is spoken.'),
          property('nickname?', string),
          property('age?', union(number, undef)),
          property('address', shape({ 'street': string, 'readonly city': string })),
          property('readonly id', number),
        ],
        indexes: [],
      },
    });
  });

  test('aliases of simple types, arrays and interfaces keep their names and comments', () => {
    expect(service('Aliases').declarations).toEqual([
      anInterface('Account', { owner: ref('Names'), balance: ref('Cents') }),
      anAlias('Names', array(string)),
      anAlias('Cents', number, 'In whole cents.'),
      anAlias('Same', ref('Account')),
    ]);
    expect(taken('Aliases', 'echo').extra).toEqual(union(ref('Cents'), nil));
  });

  test('an intersection is one object', () => {
    const both = shape({ 'name': string, 'readonly age': number, 'extra?': boolean });
    expect(declared('Intersections', 'Both')).toEqual(anAlias('Both', both));
    expect(taken('Intersections', 'echo').here).toEqual(shape({ name: string, id: number }));
  });

  test('an intersection with a union is a union', () => {
    expect(taken('Intersections', 'either').value).toEqual(
      union(shape({ name: string, kind: literal('a'), a: number }), shape({ name: string, kind: literal('b') })),
    );
  });

  test('index signatures and records have an index; a record of known keys has properties', () => {
    expect(declared('IndexSignatures', 'Scores')).toEqual({
      kind: 'interface',
      name: 'Scores',
      doc: undefined,
      shape: { ...shape({ total: number }), indexes: [{ key: string, value: number, readonly: false }] },
    });
    expect(taken('IndexSignatures', 'echo').record).toEqual(record('string', array(string)));
    expect(taken('IndexSignatures', 'keyed')).toEqual({
      known: shape({ a: boolean, b: boolean }),
      numbers: record('number', string),
    });
    expect(given('IndexSignatures', 'keyed')).toEqual(record('string', boolean, true));
    expect(taken('IndexSignatures', 'partial').some).toEqual(shape({ 'x?': number, 'y?': number }));
  });

  test('names that are no identifiers are kept as they are', () => {
    const headers = shape({ 'content-type': string, '2nd?': number, 'default': boolean });
    expect(declared('QuotedNames', 'Headers')).toMatchObject({ shape: headers });
    expect(method('QuotedNames', 'read-all').name).toBe('read-all');
  });

  test('readonly is kept on properties, arrays and tuples', () => {
    expect(declared('ReadonlyValues', 'Frozen')).toEqual(
      anInterface('Frozen', {
        'readonly tags': array(string, true),
        'readonly deep': shape({ 'readonly on': boolean }),
      }),
    );
    expect(given('ReadonlyValues', 'echo')).toEqual({ ...tuple(ref('Frozen'), number), readonly: true });
  });
});

describe('types that are computed', () => {
  test('mapped types are resolved, with the marks that they set and the comments they inherit', () => {
    const width = 'In pixels.';
    expect(declared('Mapped', 'Flags')).toMatchObject({
      type: { properties: [property('readonly width', boolean, width), property('title', boolean)] },
    });
    expect(declared('Mapped', 'Changes')).toMatchObject({
      type: { properties: [property('width?', number, width), property('title?', string)] },
    });
    expect(declared('Mapped', 'Getters')).toMatchObject({
      type: shape({ 'getTitle': string, 'readonly getWidth': string }),
    });
  });

  test('conditional types are resolved', () => {
    expect(taken('Conditional', 'store')).toEqual({
      date: string,
      text: shape({ text: string }),
      both: union(string, shape({ text: literal('a') })),
    });
    expect(given('Conditional', 'store')).toEqual(number);
    expect(taken('Conditional', 'without')).toEqual({ value: union(literal('a'), literal('c')), some: string });
  });

  test('Pick, Omit, Partial, Required and Readonly are written out in the order of the declaration', () => {
    expect(declared('UtilityTypes', 'Draft')).toMatchObject({ type: shape({ 'title': string, 'done?': boolean }) });
    const id = property('readonly id', number, 'Its number.');
    expect(given('UtilityTypes', 'create')).toMatchObject({
      properties: [id, property('title', string), property('done', boolean)],
    });
    expect(taken('UtilityTypes', 'change').key).toMatchObject({ properties: [id, property('title', string)] });
  });

  test('indexed types and keyof are resolved', () => {
    expect(taken('IndexedAccess', 'log')).toEqual({
      level: union(literal('debug'), literal('info')),
      place: shape({ file: string, line: number }),
      key: union(literal('level'), literal('place')),
    });
  });
});

describe('unions', () => {
  test('a union keeps its order and the names of its parts', () => {
    expect(taken('Unions', 'echo').value).toEqual(union(ref('Id'), date, nil));
    expect(taken('Unions', 'sizes')).toEqual({
      size: union(literal('small'), literal('large'), literal('medium')),
      list: array(union(string, boolean)),
    });
  });

  test('members of a discriminated union are named if they have names', () => {
    const shapes = union(ref('Circle'), ref('Square'), shape({ kind: literal('none') }));
    expect(declared('DiscriminatedUnions', 'Shape')).toEqual(anAlias('Shape', shapes));
    expect(namesOf('DiscriminatedUnions')).toEqual(['Shape', 'Circle', 'Square']);
  });

  test('a property that must be missing is never', () => {
    const never = keyword('never');
    expect(taken('DiscriminatedUnions', 'exclusive').choice).toEqual(
      union(shape({ 'a': string, 'b?': never }), shape({ 'a?': never, 'b': number })),
    );
  });
});

describe('collections', () => {
  test('tuples keep labels, optional elements and rests', () => {
    expect(taken('Tuples', 'pair')).toEqual({ pair: tuple(string, number) });
    expect(taken('Tuples', 'labelled')).toEqual({
      node: {
        ...tuple(
          element(bytes, { name: 'id' }),
          element(string, { name: 'host' }),
          element(number, { name: 'port', optional: true }),
        ),
        readonly: true,
      },
    });
    expect(taken('Tuples', 'open')).toEqual({
      values: tuple(element(string, { name: 'first' }), element(number, { name: 'others', rest: true })),
    });
    expect(taken('Tuples', 'optional')).toEqual({ values: tuple(string, element(boolean, { optional: true })) });
  });

  test('maps have keys and values', () => {
    expect(taken('Maps', 'swap')).toEqual({ map: map(number, string) });
    expect(given('Maps', 'swap')).toEqual(map(number, string, true));
    expect(taken('Maps', 'mixed')).toEqual({ map: map(union(string, number), array(date)) });
  });
});

describe('generics', () => {
  test('each instance of a generic type gets a name that says of what', () => {
    expect(namesOf('Generics')).toEqual([
      'PageOfUser',
      'User',
      'PageOfString',
      'OutcomeOfUserAndString',
      'OutcomeOfNumberArrayAndNone',
      'PageOfPageOfAOrB',
      'PageOfAOrB',
      'UserPage',
    ]);
  });

  test('an instance has the types that it was filled with, and the comment of the generic type', () => {
    const page = anInterface('PageOfUser', { items: array(ref('User')), next: union(ref('User'), nil) });
    expect(declared('Generics', 'PageOfUser')).toEqual({ ...page, doc: 'A part of a list.' });
    expect(declared('Generics', 'OutcomeOfUserAndString')).toEqual(
      anAlias(
        'OutcomeOfUserAndString',
        union(shape({ ok: literal(true), value: ref('User') }), shape({ ok: literal(false), failure: string })),
      ),
    );
  });
});

describe('recursive types', () => {
  test('an interface refers to itself', () => {
    const tree = { 'value': number, 'children': array(ref('Tree')), 'parent?': ref('Tree') };
    expect(service('Recursive').declarations).toEqual([anInterface('Tree', tree)]);
  });

  test('interfaces refer to each other', () => {
    expect(service('MutualRecursion').declarations).toEqual([
      anInterface('Folder', { files: array(ref('File')) }),
      anInterface('File', { name: string, inside: union(ref('Folder'), nil) }),
    ]);
  });

  test('aliases of unions, arrays and generic objects refer to themselves', () => {
    const json = union(string, number, boolean, nil, array(ref('Json')), record('string', ref('Json')));
    expect(declared('RecursiveAliases', 'Json')).toEqual(anAlias('Json', json));
    expect(declared('RecursiveAliases', 'Nested')).toEqual(anAlias('Nested', array(union(number, ref('Nested')))));
    expect(declared('RecursiveAliases', 'ListOfString')).toMatchObject({
      shape: shape({ head: string, tail: union(ref('ListOfString'), nil) }),
    });
  });

  test('a mapped type that goes down into a recursive one ends', () => {
    expect(service('DeepPartials').declarations).toEqual([
      anAlias(
        'DeepPartialOfConfig',
        shape({
          'name?': string,
          'size?': ref('DeepPartialOfObject'),
          'parts?': array(union(ref('DeepPartialOfConfig'), undef)),
        }),
      ),
      anAlias('DeepPartialOfObject', shape({ 'width?': number, 'height?': number })),
    ]);
  });
});

describe('names', () => {
  test('types of one name from several files, and of the names of the language, get numbers', () => {
    expect(namesOf('NameClashes')).toEqual(['User', 'User2', 'User3', 'Role', 'Map2']);
    expect(taken('NameClashes', 'merge')).toEqual({
      user: ref('User'),
      other: ref('User2'),
      third: ref('User3'),
      role: ref('Role'),
    });
    expect(declared('NameClashes', 'User3')).toEqual(anInterface('User3', { mail: string }));
  });

  test('a type in a namespace goes by its own name', () => {
    expect(taken('Namespaces', 'call')).toEqual({ request: ref('Request') });
  });
});

describe('parameters', () => {
  test('parameters with a question mark or a default may be left out', () => {
    const [signature] = method('Parameters', 'greet').signatures;
    expect(signature!.parameters).toEqual(parameters({ 'name': string, 'greeting?': string, 'mark?': string }));
    expect(taken('Parameters', 'option')).toEqual({ 'options?': shape({ 'depth?': number }) });
  });

  test('undefined stands for a default before a parameter that is needed', () => {
    expect(taken('Parameters', 'late')).toEqual({ early: union(number, undef), last: number });
  });

  test('a rest parameter has the type of one element', () => {
    expect(taken('Parameters', 'sum')).toEqual({ 'first': number, '...others': number });
  });

  test('a rest parameter that is a tuple is several parameters', () => {
    expect(taken('RestTuples', 'connect')).toEqual({ host: string, port: number });
    expect(taken('RestTuples', 'log')).toEqual({
      'level': number,
      'args1': string,
      'args2?': boolean,
      '...args3': number,
    });
  });

  test('parameters that are taken apart get names', () => {
    expect(taken('Destructured', 'show')).toEqual({
      'options': ref('Options'),
      'values': array(string),
      'options2?': shape({ more: boolean }),
    });
  });

  test('each overload is a signature, and the implementation is none', () => {
    expect(method('Overloads', 'find').signatures).toEqual([
      { parameters: parameters({ text: string }), result: number },
      { parameters: parameters({ 'count': number, 'digits?': number }), result: string },
    ]);
  });
});

describe('results', () => {
  test('promises are unwrapped', () => {
    expect(given('Promises', 'ask')).toEqual(ref('Answer'));
    expect(given('Promises', 'maybe')).toEqual(union(ref('Answer'), nil));
    expect(given('Promises', 'like')).toEqual(number);
    expect(given('Promises', 'done')).toEqual(keyword('void'));
  });

  test('a result that is not written down is inferred', () => {
    expect(given('Promises', 'inferred')).toEqual(shape({ count: number, text: string }));
  });
});

describe('methods', () => {
  test('those of the base class come first, and an override stands in its place', () => {
    expect(service('Inheritance').methods.map(({ property: name }) => name)).toEqual(['first', 'second', 'third']);
    expect(method('Inheritance', 'first')).toMatchObject({ delivery: 'idempotent' });
    expect(given('Inheritance', 'first')).toEqual(literal('derived'));
    expect(method('Inheritance', 'second')).toMatchObject({ name: 'two', timeoutMs: 50, delivery: 'at-most-once' });
    expect(taken('Inheritance', 'second')).toEqual({ 'count': number, 'factor?': number });
  });

  test('those of a generic base class have the types that the subclass fills in', () => {
    expect(taken('Books', 'put')).toEqual({ key: number, value: ref('Book') });
    expect(given('Books', 'all')).toEqual(array(ref('Book')));
  });

  test('options are read from literals and constants', () => {
    expect(service('Options').name).toBe('Options');
    expect(service('Options').methods).toMatchObject([
      { name: 'find_node', delivery: 'at-most-once', shape: 'unary', timeoutMs: 60_000 },
      { name: 'again', delivery: 'idempotent', shape: 'unary', timeoutMs: 1.5 },
      { name: 'tell', delivery: 'best-effort', shape: 'one-way', timeoutMs: undefined },
      { name: 'watch', stream: 'server', idleMs: 1000, totalMs: 60_000 },
    ]);
  });

  test('comments come along, with their tags', () => {
    expect(service('DocComments').doc).toBe('Says things.\n\nIn more than one line.');
    expect(method('DocComments', 'move').doc).toBe(
      'Moves a point.\n\n@param point Where it is.\n@deprecated Use `to` instead.',
    );
    expect(declared('DocComments', 'Point')).toMatchObject({
      doc: 'A point on the screen.',
      shape: { properties: [{ doc: 'From the left, in pixels.' }, { doc: undefined }] },
    });
  });

  test('are kept where several stand in one line', () => {
    expect(taken('DocComments', 'price')).toMatchObject({
      item: { properties: [{ doc: undefined }, { doc: 'In cents.' }, { doc: '@deprecated Gone.' }] },
    });
  });
});

test('what is read does not depend on what was read before', () => {
  const backwards = readServices(shapeFiles().reverse(), { strict: true });
  expect(backwards.services.reverse()).toEqual(services);
});
