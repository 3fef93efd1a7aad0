/** Errors as they travel: a class of the language, what is hidden, and what is enumerable, but no stack. */
import { ERROR_NAMES, HIDDEN_FIELDS, type ErrorName } from './exact-types.js';

type Field = readonly [name: string, value: unknown];

export interface ErrorParts {
  readonly name: ErrorName;
  /** `message`, `name`, `cause` and `errors`, where they are not enumerable. */
  readonly hidden: Readonly<Record<string, unknown>>;
  /** The own enumerable properties. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export function errorParts(error: object): ErrorParts {
  const own = error as Record<string, unknown>;
  const name = classNameOf(error);
  const hidden: Record<string, unknown> = {};
  for (const field of HIDDEN_FIELDS) {
    if (field === 'errors' && name !== 'AggregateError') continue;
    const described = Object.getOwnPropertyDescriptor(error, field);
    if (described === undefined ? isInheritedText(own, field, name) : !described.enumerable) hidden[field] = own[field];
  }
  const names = Object.keys(error).filter((field) => field !== 'stack');
  return { name, hidden, fields: Object.fromEntries(names.map((field) => [field, own[field]])) };
}

/** Whether a class of the user's gives its instances a name or a message. */
function isInheritedText(error: Record<string, unknown>, field: string, name: ErrorName): boolean {
  if (field === 'name') return error.name !== name;
  return field === 'message' && error.message !== '';
}

/** The class of the language that the error is an instance of, in whatever realm. */
function classNameOf(error: object): ErrorName {
  for (let prototype = parentOf(error); prototype !== null; prototype = parentOf(prototype)) {
    const name: unknown = Object.getOwnPropertyDescriptor(prototype, 'name')?.value;
    const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
    const known = ERROR_NAMES.find((each) => each === name);
    if (known !== undefined && typeof constructor === 'function' && constructor.name === known) return known;
  }
  return 'Error';
}

function parentOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

const CLASSES: Readonly<Record<ErrorName, () => Error>> = {
  Error: () => new Error(),
  EvalError: () => new EvalError(),
  RangeError: () => new RangeError(),
  ReferenceError: () => new ReferenceError(),
  SyntaxError: () => new SyntaxError(),
  TypeError: () => new TypeError(),
  URIError: () => new URIError(),
  AggregateError: () => new AggregateError([]),
};

/** An error of a class, by its number, still without anything. */
export function newError(number: number): Error {
  const { stackTraceLimit } = Error;
  // To look for the frames, which nobody gets, is nearly all of the work. `Reflect.set`, because Error may be frozen.
  Reflect.set(Error, 'stackTraceLimit', 0);
  const error = CLASSES[ERROR_NAMES[number]!]();
  Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  return error;
}

/** Gives an error what came of it. @throws Error if that is not fit for one */
export function fillError(error: Error, hidden: readonly Field[], fields: readonly Field[]): void {
  for (const [name, value] of hidden) {
    if (!mayHide(error, name)) throw new Error(`an error hides its ${JSON.stringify(name)}`);
    setField(error, name, value, false);
  }
  for (const [name, value] of fields) {
    if (name === 'stack') throw new Error('an error brings a stack');
    setField(error, name, value, true);
  }
  // Not where it was made here, in the codec, which would send its reader the wrong way.
  define(error, 'stack', error.message === '' ? error.name : `${error.name}: ${error.message}`, false);
}

/** `errors` of any other class would be lost by whoever sends the error on. */
function mayHide(error: Error, name: string): boolean {
  return HIDDEN_FIELDS.includes(name) && (name !== 'errors' || error instanceof AggregateError);
}

/** What is wrong with a property of an error, if anything is: those who print an error rely on these. */
export function fieldFault(className: ErrorName, name: string, value: unknown): string | undefined {
  if ((name === 'message' || name === 'name') && typeof value !== 'string') return `a ${name} that is not a string`;
  if (name === 'errors' && className === 'AggregateError' && !Array.isArray(value))
    return 'errors that are not an array';
  return undefined;
}

function setField(error: Error, name: string, value: unknown, enumerable: boolean): void {
  const fault = fieldFault(error instanceof AggregateError ? 'AggregateError' : 'Error', name, value);
  if (fault !== undefined) throw new Error(`an error has ${fault}`);
  define(error, name, value, enumerable);
}

function define(error: Error, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true });
}
