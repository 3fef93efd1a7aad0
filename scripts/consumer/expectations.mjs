// The table of the matrix: what each compiler records of the types of a method's parameters, and what follows from it.
// The methods are those of project/toolchains/src/, the titles of the answers those of its calls.ts.

const TSC = {
  text: 'String',
  number: 'Number',
  boolean: 'Boolean',
  bigint: 'BigInt',
  date: 'Date',
  map: 'Map',
  set: 'Set',
  bytes: 'Uint8Array',
  buffer: 'Buffer',
  currency: 'String',
  address: 'Object',
  order: 'Order',
  typeOnly: 'Function',
  defaulted: 'String, Object',
  optional: 'String',
  rest: 'Number',
  union: 'Object',
  wrapped: 'String',
  echo: 'Object',
};

/** By method: the names of the constructors that are recorded. `object` is some other object: here, the enum. */
export const RECORDED = {
  tsc: TSC,
  swc: { ...TSC, currency: 'object', typeOnly: 'Object', defaulted: 'String, undefined', rest: 'Array' },
  oxc: { ...TSC, currency: 'object', typeOnly: 'Object', rest: 'Array' },
  Babel: {
    ...TSC,
    bigint: 'Number',
    currency: 'object',
    typeOnly: 'Object',
    defaulted: 'String, undefined',
    rest: 'undefined',
  },
  Bun: { ...TSC, currency: 'object', typeOnly: 'Object', rest: 'Object' },
  nothing: {},
};

/** What a call gets if the types are not known when it comes: arguments are neither checked nor converted. */
const UNCHECKED = {
  'text': 'string Ann',
  'number': 'number 1.5',
  'boolean': 'boolean true',
  'bigint': 'bigint 12',
  'date': 'Date 0',
  'date of another realm': 'Date 0',
  'map': 'Map [[string a, number 1]]',
  'set': 'Set [number 1, number 2]',
  'bytes': 'Uint8Array of 3',
  'buffer': 'Uint8Array of 3',
  'currency': 'string USD',
  'address': 'object street: string Elm',
  'order': 'object article: string tape, amount: number 2',
  'typeOnly': 'object article: string tape, amount: number 2',
  'defaulted': '[string Ann, string !]',
  'defaulted, given': '[string Ann, string ?]',
  'defaulted, undefined': '[string Ann, string !]',
  'optional': 'undefined',
  'rest': '[number 1, number 2, number 3]',
  'union': 'string Ann',
  'wrapped': 'string Ann',
  'echo': '[undefined, bigint 12, Date 0, Map [[number 1, number 2]], Set [string a], Uint8Array of 2]',
  'echo of 300 kB': 'Uint8Array of 300000',
  'a number as a string': 'number 1',
  'a string as a Date': 'string 1970-01-01',
  'a number as a bigint': 'number 12',
  'a string among rest': '[number 1, string two]',
  'one argument too many': 'string Ann',
  'one argument too many behind a wrapper': 'string Ann',
};

/** What it gets if they are known. */
const CHECKED = {
  ...UNCHECKED,
  'buffer': 'Buffer of 3',
  'a number as a string': 'INVALID_ARGUMENT',
  'a string as a Date': 'INVALID_ARGUMENT',
  'a number as a bigint': 'bigint 12',
  'one argument too many': 'INVALID_ARGUMENT',
  'one argument too many behind a wrapper': 'INVALID_ARGUMENT',
};
/** Of a rest parameter. */
const REST_CHECKED = { ...CHECKED, 'a string among rest': 'INVALID_ARGUMENT' };

/** What becomes of the service whose module is in an import cycle with that of its parameter's class. */
const CYCLE = {
  answered: { account: 'object owner: string Ann' },
  /** The class is looked at before it is there. No decorator has run by then. */
  failed: { account: 'ReferenceError' },
};

/** Of the service, as a warning names them. */
const EVERY_PARAMETER = Object.keys(TSC)
  .flatMap((method) => {
    if (method === 'defaulted') return ['defaulted(value)', 'defaulted(mark)'];
    return [method === 'rest' ? 'rest(values)' : `${method}(value)`];
  })
  .join(', ');

/** What has to come out, by the name that toolchains.mjs has for it. `doubted` is what serve() warns of. */
export const EXPECTED = {
  'tsc': {
    recorded: { ...RECORDED.tsc, open: 'undefined' },
    doubted: 'typeOnly(value) open(account)',
    answers: { ...REST_CHECKED, ...CYCLE.answered },
  },
  'tsc, ESM': {
    recorded: RECORDED.tsc,
    doubted: 'typeOnly(value)',
    answers: { ...REST_CHECKED, ...CYCLE.failed },
  },
  'swc': {
    recorded: RECORDED.swc,
    doubted: 'currency(value), defaulted(mark), rest(values)',
    answers: { ...CHECKED, ...CYCLE.failed },
  },
  'swc in vitest': {
    recorded: { ...RECORDED.swc, open: 'Object' },
    doubted: 'currency(value), defaulted(mark), rest(values)',
    answers: { ...CHECKED, ...CYCLE.answered },
  },
  'oxc in vitest': {
    recorded: { ...RECORDED.oxc, open: 'Object' },
    doubted: 'currency(value), rest(values)',
    answers: { ...CHECKED, ...CYCLE.answered },
  },
  'Babel': {
    recorded: { ...RECORDED.Babel, open: 'Object' },
    doubted: 'currency(value), defaulted(mark), rest(values)',
    // What is recorded for a bigint is what is recorded for a number.
    answers: { ...CHECKED, ...CYCLE.answered, 'a number as a bigint': 'number 12' },
  },
  'Bun': {
    recorded: RECORDED.Bun,
    doubted: 'currency(value)',
    answers: { ...CHECKED, ...CYCLE.failed },
  },
  // Legacy decorators could have types recorded, so serve() tells of a compiler that records none.
  'nothing, legacy': {
    recorded: RECORDED.nothing,
    doubted: `${EVERY_PARAMETER} open(account)`,
    answers: { ...UNCHECKED, ...CYCLE.answered },
  },
  'nothing': { recorded: RECORDED.nothing, doubted: '', answers: { ...UNCHECKED, ...CYCLE.answered } },
  'defineService': { recorded: RECORDED.nothing, doubted: '', answers: UNCHECKED },
};
