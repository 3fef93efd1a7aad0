/** A call of the shop: under which title its answer is told, what is called, and with what. */
export type Call = readonly [title: string, method: string, ...args: readonly unknown[]];

const order = { article: 'tape', amount: 2 };
const large = new Uint8Array(300_000);

/** What the types allow. */
const FITTING: readonly Call[] = [
  ['text', 'text', 'Ann'],
  ['number', 'number', 1.5],
  ['boolean', 'boolean', true],
  ['bigint', 'bigint', 12n],
  ['date', 'date', new Date(0)],
  ['date of another realm', 'date', structuredClone(new Date(0))],
  ['map', 'map', new Map([['a', 1]])],
  ['set', 'set', new Set([1, 2])],
  ['bytes', 'bytes', new Uint8Array(3)],
  ['buffer', 'buffer', Buffer.from('abc')],
  ['currency', 'currency', 'USD'],
  ['address', 'address', { street: 'Elm' }],
  ['order', 'order', order],
  ['typeOnly', 'typeOnly', order],
  ['defaulted', 'defaulted', 'Ann'],
  ['defaulted, given', 'defaulted', 'Ann', '?'],
  ['defaulted, undefined', 'defaulted', 'Ann', undefined],
  ['optional', 'optional'],
  ['rest', 'rest', 1, 2, 3],
  ['union', 'union', 'Ann'],
  ['wrapped', 'wrapped', 'Ann'],
  ['echo', 'echo', [undefined, 12n, new Date(0), new Map([[1, 2]]), new Set(['a']), new Uint8Array(2)]],
  ['echo of 300 kB', 'echo', large],
];

/** What the types do not allow: refused where the types are known at run time. */
const WRONG: readonly Call[] = [
  ['a number as a string', 'text', 1],
  ['a string as a Date', 'date', '1970-01-01'],
  ['a number as a bigint', 'bigint', 12],
  ['a string among rest', 'rest', 1, 'two'],
  ['one argument too many', 'text', 'Ann', 'Bob'],
  ['one argument too many behind a wrapper', 'wrapped', 'Ann', 'Bob'],
];

export const CALLS: readonly Call[] = [...FITTING, ...WRONG];
