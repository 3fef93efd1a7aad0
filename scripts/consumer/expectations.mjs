// The table of the matrix: what each toolchain records of the types of a method's parameters, and what follows from it.
// The methods are those of project/toolchains/src/, the titles of the answers those of its calls.ts.

/** By toolchain, by method: the names of what is recorded; `object` and `undefined` are no constructors. */
export const RECORDED = { nothing: {} };

/** What a call gets if its types are not known when it comes: it is neither checked nor converted. */
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

const ACCOUNT = { account: 'object owner: string Ann' };

/** What has to come out, by the name that the toolchains of matrix.mjs use. */
export const EXPECTED = {
  nothing: { recorded: RECORDED.nothing, warnings: [], answers: { ...UNCHECKED, ...ACCOUNT } },
  defineService: { recorded: RECORDED.nothing, warnings: [], answers: UNCHECKED },
};
