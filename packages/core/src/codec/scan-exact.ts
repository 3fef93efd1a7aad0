/** Looks at the payloads of the native wire's own extension types before they are decoded. */
import { BIGINT_BYTES_MAX, URL_BYTES_MAX } from '../limits.js';
import { binaryFault } from './binary.js';
import * as exact from './exact-types.js';
import type { RegExpBudget } from './regexp-budget.js';

/** What looks at the bytes, and stands at the start of a payload. */
export interface PayloadScanner {
  readonly bytes: Uint8Array;
  readonly at: number;
  /** Of the whole value. */
  readonly regExpBudget: RegExpBudget;
  /** Each takes a value of that kind, or fails. */
  array(depth: number): void;
  map(depth: number): void;
  string(): void;
  skip(bytes: number): void;
  fail(fault: string): void;
}

interface Payload {
  readonly type: number;
  readonly length: number;
  readonly depth: number;
}

/** The flags of a regular expression are letters, each once at most. */
const REGEXP_FLAGS_BYTES_MAX = 16;

/** Takes a payload that is what its type says; whoever calls checks that nothing is left of it. */
export function scanPayload(scanner: PayloadScanner, { type, length, depth }: Payload): void {
  const scan = PAYLOADS.get(type);
  if (scan !== undefined) return scan(scanner, length, depth);
  scanner.fail(`extension type ${type} is not known here. The other side may have a later version of rpcudp`);
}

type ScanOne = (scanner: PayloadScanner, length: number, depth: number) => void;

function scanNothing(): void {
  // There must be none, which whoever calls checks.
}

const PAYLOADS: ReadonlyMap<number, ScanOne> = new Map<number, ScanOne>([
  [exact.UNDEFINED, scanNothing],
  [exact.INVALID_DATE, scanNothing],
  [exact.BIGINT, scanBigint],
  [exact.MAP, (scanner, _length, depth) => scanner.map(depth)],
  [exact.SET, (scanner, _length, depth) => scanner.array(depth)],
  [exact.BINARY, scanBinary],
  [exact.ERROR, scanError],
  [exact.REGEXP, scanRegExp],
  [exact.URL_TEXT, scanUrl],
  [exact.REFERENCE, scanReference],
  [exact.HOLES, (scanner) => scanner.fail('holes are not in an array, or are no number')],
]);

function scanUrl(scanner: PayloadScanner, length: number): void {
  const { bytes, at } = scanner;
  if (length > URL_BYTES_MAX) return scanner.fail(`a URL has ${length} bytes`);
  // So is every `href`; to make it so of a name in other letters may take seconds.
  for (let index = at; index < at + length; index += 1) {
    if (bytes[index]! >= 0x80) return scanner.fail('a URL is not ASCII');
  }
  scanner.skip(length);
}

function scanReference(scanner: PayloadScanner, length: number): void {
  if (![1, 2, 4].includes(length)) return scanner.fail('a reference is no number');
  scanner.skip(length);
}

/** A sign, then the magnitude without leading zeros. */
function scanBigint(scanner: PayloadScanner, length: number): void {
  const { bytes, at } = scanner;
  if (length - 1 > BIGINT_BYTES_MAX) return scanner.fail(`a bigint has ${length - 1} bytes`);
  const isSigned = length > 0 && bytes[at]! <= 1;
  const isShortest = length === 1 ? bytes[at] === 0 : bytes[at + 1] !== 0;
  if (!isSigned || !isShortest) return scanner.fail('a bigint is not a sign and the shortest magnitude');
  scanner.skip(length);
}

function scanBinary(scanner: PayloadScanner, length: number): void {
  if (length === 0) return scanner.fail('binary data has no class');
  const fault = binaryFault(scanner.bytes[scanner.at]!, length - 1);
  if (fault !== undefined) return scanner.fail(`an extension is ${fault}`);
  scanner.skip(length);
}

function scanError(scanner: PayloadScanner, length: number, depth: number): void {
  const name = length === 0 ? undefined : exact.ERROR_NAMES[scanner.bytes[scanner.at]!];
  if (name === undefined) return scanner.fail('an error is of no known class');
  scanner.skip(1);
  scanner.map(depth);
  scanner.map(depth);
}

function scanRegExp(scanner: PayloadScanner): void {
  const start = scanner.at;
  scanner.string();
  const tooMuch = scanner.regExpBudget.add(scanner.bytes.subarray(start, scanner.at));
  if (tooMuch !== undefined) return scanner.fail(`the value has ${tooMuch}`);
  const flags = scanner.at;
  scanner.string();
  if (scanner.at - flags > REGEXP_FLAGS_BYTES_MAX) scanner.fail('the flags of a regular expression are too long');
}
