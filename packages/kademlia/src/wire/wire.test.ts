import fc from 'fast-check';
import { contact, id } from '../../test/contacts';
import { ANSWER_CONTACTS_MAX, PROVIDERS_PER_KEY_MAX, SALT_BYTES_MAX, SCALAR_BYTES_MAX } from '../limits';
import { readFindAnswer, readPingAnswer } from '../node/python-calls';
import { immutable, signed } from '../records/record';
import { signingKeys } from '../records/signing-keys';
import { contactOf } from '../table/contact';
import { FIND_ARGUMENTS, PING_ARGUMENTS, PUT_ARGUMENTS, QUERY_ARGUMENTS, STORE_ARGUMENTS } from './arguments';
import { readContacts, writeContacts } from './contacts';
import { canonicalHost, mayName } from './hosts';
import { readCarried, readPut, readPutReply, readQuery, readQueryAnswer } from './native-messages';
import { fieldOf } from './plain';
import { isScalar } from './scalars';

const ID = id('aa');
const HOST = '10.0.0.9';

describe('contacts in answers', () => {
  const good = [id('01'), '10.0.0.1', 8468];

  // What the Python library chokes on, or closes its socket for, and then some.
  test.each<[string, unknown]>([
    ['null', null],
    ['text', 'abc'],
    ['a number', 7],
    ['a triple without a port', [id('01'), '10.0.0.1']],
    ['a fourth element', [...good, 1]],
    ['a port of null', [id('01'), '10.0.0.1', null]],
    ['a port in text', [id('01'), '10.0.0.1', '8468']],
    ['a port above 65535', [id('01'), '10.0.0.1', 65_536]],
    ['port 0', [id('01'), '10.0.0.1', 0]],
    ['half a port', [id('01'), '10.0.0.1', 1.5]],
    ['a host that is bytes', [id('01'), Uint8Array.of(1), 1]],
    ['a name', [id('01'), 'localhost', 1]],
    ['an endless host', [id('01'), '1'.repeat(10_000), 1]],
    ['an address with a zone', [id('01'), 'fe80::1%eth0', 1]],
    ['an id of 19 bytes', [new Uint8Array(19), '10.0.0.1', 1]],
    ['an id in text', ['a'.repeat(20), '10.0.0.1', 1]],
    ['an unspecified host', [id('01'), '0.0.0.0', 1]],
    ['a broadcast host', [id('01'), '255.255.255.255', 1]],
    ['a multicast host', [id('01'), 'ff02::1', 1]],
    ['a map', { 0: id('01'), 1: '10.0.0.1', 2: 1, length: 3 }],
  ])('%s is skipped, and what stands beside it is read', (_title, bad) => {
    expect(readContacts([bad, good], HOST)).toEqual([contactOf(id('01'), '10.0.0.1', 8468)]);
  });

  test('hosts are read in one form', () => {
    const hosts = ['::ffff:10.0.0.1', '2001:DB8:0:0::1'].map(
      (host) => readContacts([[id('01'), host, 1]], HOST)[0]?.host,
    );
    expect(hosts).toEqual(['10.0.0.1', '2001:db8::1']);
    expect(canonicalHost('10.0.0.01')).toBeUndefined();
  });

  test('a stranger may not make a node call its own machine or its link', () => {
    expect([mayName(HOST, '127.0.0.1'), mayName('::1', '127.0.0.1'), mayName(HOST, '169.254.1.1')]).toEqual([
      false,
      true,
      false,
    ]);
    expect([mayName('fe80::1', 'fe80::2'), mayName(HOST, 'fe80::2'), mayName(HOST, '192.168.1.1')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('ANSWER_CONTACTS_MAX are read', () => {
    const many = Array.from({ length: 50 }, (_, index) => [id('01'), '10.0.0.1', index + 1]);
    expect(readContacts(many, HOST)).toHaveLength(ANSWER_CONTACTS_MAX);
  });

  test('what is written is what a node of Python can bear: those of its own family, and nothing but triples', () => {
    const contacts = [contact('01', 1), contactOf(id('02'), '2001:db8::1', 5), contactOf(id('03'), '10.0.0.1', 70_000)];
    expect(writeContacts(contacts, HOST)).toEqual([[id('01'), '10.0.0.1', 1001]]);
    expect(writeContacts(contacts, '::1')).toEqual([[id('02'), '2001:db8::1', 5]]);
  });
});

describe('scalars', () => {
  test.each([
    '',
    'é',
    0,
    -0,
    NaN,
    1.5,
    2n ** 64n - 1n,
    -(2n ** 63n),
    true,
    new Uint8Array(0),
    'x'.repeat(SCALAR_BYTES_MAX),
  ])('%p is one', (value) => expect(isScalar(value)).toBe(true));

  test.each([
    null,
    undefined,
    [],
    {},
    new Date(0),
    2n ** 64n,
    -(2n ** 63n) - 1n,
    '\ud800',
    'x'.repeat(SCALAR_BYTES_MAX + 1),
    new Uint8Array(SCALAR_BYTES_MAX + 1),
  ])('%p is none', (value) => expect(isScalar(value)).toBe(false));
});

describe('native messages', () => {
  const keys = signingKeys(new Uint8Array(32).fill(3));
  const record = signed(keys, Uint8Array.of(1), { salt: 's', seq: 4, expiresAt: 99 });

  test('are read as they were written', () => {
    expect(readQuery({ key: ID, want: 'signed', id: ID })).toEqual({ key: ID, want: 'signed', id: ID });
    expect(readPut({ record, ttlMs: 5, cas: 1 })).toEqual({ record, ttlMs: 5, cas: 1, id: undefined });
    expect(readPut({ id: ID, provide: ID })).toEqual({ id: ID, provide: ID });
    expect(readCarried({ record: immutable(Uint8Array.of(1)) })?.record).toEqual(immutable(Uint8Array.of(1)));
    expect(readPutReply({ outcome: 'stored' })).toBe('stored');
    const answer = {
      id: ID,
      closer: [[ID, '10.0.0.1', 1]],
      token: new Uint8Array(16),
      found: { record },
      providers: [],
    };
    expect(readQueryAnswer(answer, HOST)).toMatchObject({ closer: [{ host: '10.0.0.1' }], found: { record } });
  });

  test.each<[string, unknown]>([
    ['a salt that is too long', { ...record, salt: new Uint8Array(SALT_BYTES_MAX + 1) }],
    ['a key that is too short', { ...record, publicKey: new Uint8Array(31) }],
    ['a signature that is too long', { ...record, signature: new Uint8Array(65) }],
    ['a negative number', { ...record, seq: -1 }],
    ['a number beyond 2^53', { ...record, seq: 2 ** 53 }],
    ['an end that is no number', { ...record, expiresAt: '99' }],
    ['a value in text', { ...record, value: 'text' }],
    ['an unknown kind', { ...record, kind: 'other' }],
    ['a scalar that is a list', { kind: 'scalar', key: ID, value: [] }],
    ['a scalar without a key', { kind: 'scalar', value: 1 }],
    ['an immutable one in text', { kind: 'immutable', value: 'text' }],
  ])('a record with %s is none', (_title, bad) => expect(readCarried({ record: bad })).toBeUndefined());

  test('an answer without its id is none; what else is wrong in it is left out', () => {
    expect(readQueryAnswer({ closer: [] }, HOST)).toBeUndefined();
    expect(readQueryAnswer({ id: ID, closer: 7, token: 'x', found: { record: 1 }, providers: {} }, HOST)).toEqual({
      id: ID,
      closer: [],
      token: undefined,
      found: undefined,
      providers: [],
    });
  });

  test('PROVIDERS_PER_KEY_MAX providers are read', () => {
    const providers = Array.from({ length: 99 }, (_, index) => [ID, '10.0.0.1', index + 1]);
    expect(readQueryAnswer({ id: ID, providers }, HOST)?.providers).toHaveLength(PROVIDERS_PER_KEY_MAX);
  });

  test('what an object inherits is none of its fields', () => {
    const inherited = Object.create({ key: ID, want: 'nodes' }) as object;
    expect([
      readQuery(inherited),
      fieldOf({}, 'toString'),
      fieldOf([], 'length'),
      fieldOf(new Map([['a', 1]]), 'size'),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('100,000 hostile answers and arguments neither throw nor become anything unchecked', () => {
    const leaf = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        undefined,
        true,
        NaN,
        -1,
        2 ** 60,
        1n,
        '',
        '::',
        '10.0.0.1',
        '__proto__',
        'localhost',
      ),
      fc.uint8Array({ minLength: 19, maxLength: 21 }),
      fc.uint8Array({ maxLength: 70 }),
      fc.integer(),
      fc.string({ maxLength: 8 }),
    );
    const name = fc.constantFrom(
      'id',
      'key',
      'want',
      'record',
      'kind',
      'value',
      'closer',
      'token',
      'found',
      'seq',
      'salt',
    );
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(name, tie('value')),
      ),
    })).value;
    const schemas = [PING_ARGUMENTS, FIND_ARGUMENTS, STORE_ARGUMENTS, QUERY_ARGUMENTS, PUT_ARGUMENTS];
    fc.assert(
      // Plain conditions: a hundred thousand times, assertions would take most of the time.
      fc.property(tree, (value) => {
        const { closer, found } = readFindAnswer(value, ID, HOST);
        readPutReply(value);
        readPut(value);
        const answer = readQueryAnswer(value, HOST);
        return (
          [...closer, ...(answer?.closer ?? [])].every((each) => each.id.length === 20 && each.port > 0) &&
          (found?.record.kind !== 'scalar' || isScalar(found.record.value)) &&
          (readPingAnswer(value) ?? ID).length === 20 &&
          schemas.every((schema) => typeof schema['~standard'].validate(value) === 'object')
        );
      }),
      { numRuns: 100_000 },
    );
    expect(Object.hasOwn(Object.prototype, 'id')).toBe(false);
  });
});
