/** Types with marks that only the compiler sees: `string & { readonly __brand: 'UserId' }`. */
import { ts } from 'ts-morph';
import type { PropertyModel, TypeModel } from '../model.js';
import { isCollection } from './extended-collection.js';
import { readBuiltin } from './read-builtin.js';
import { readObject, readProperty } from './read-object.js';
import type { Place } from './problem-list.js';
import type { Reader } from './reader.js';

/** Kinds of which a value can only be one, whatever is merged with them. */
const WHOLE = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike | ts.TypeFlags.BooleanLike;

/** What marks are called that have no symbol for a name. `__typename` is data: GraphQL sends it. */
const MARK = /^(?:__(?!typename$)\w+|_?brand)$/i;

/** The model of an intersection in which some parts only mark the others; undefined if all of them are data. */
export function readBrand(type: ts.IntersectionType, place: Place, reader: Reader): TypeModel | undefined {
  const whole = type.types.find((part) => isWhole(part, reader));
  const marks = type.types.filter((part) => part !== whole && (whole !== undefined || isMark(part)));
  const rest = type.types.filter((part) => !marks.includes(part));
  if (marks.length === 0 || rest.length === 0) return undefined;
  const marked = readRest(type, rest, marks, place, reader);
  const written = marks.flatMap((part) => readMarks(part, place, reader));
  return written.length === 0 ? marked : { kind: 'brand', type: marked, marks: written };
}

/** Whether a type is complete, so that nothing merged with it can be data. */
function isWhole(type: ts.Type, { open }: Reader): boolean {
  return (type.flags & WHOLE) !== 0 || isCollection(type, open) || readBuiltin(type, open) !== undefined;
}

function isMark(type: ts.Type): boolean {
  const properties = type.getProperties();
  return properties.length > 0 && properties.every((found) => isSymbol(found) || MARK.test(found.name));
}

function isSymbol({ escapedName }: ts.Symbol): boolean {
  return escapedName.toString().startsWith('__@');
}

function readRest(
  type: ts.IntersectionType,
  rest: readonly ts.Type[],
  marks: readonly ts.Type[],
  place: Place,
  reader: Reader,
): TypeModel {
  const [only, ...others] = rest;
  if (others.length === 0) return reader.read(only!, { ...place, written: undefined });
  const names = new Set(marks.flatMap((part) => part.getProperties().map(({ escapedName }) => escapedName)));
  return readObject(type, place, reader, ({ escapedName }) => !names.has(escapedName));
}

/** The marks that can be written down: those whose name is a symbol, or whose type is, exist nowhere else. */
function readMarks(type: ts.Type, place: Place, reader: Reader): PropertyModel[] {
  return type.getProperties().flatMap((property) => {
    if (isSymbol(property)) return [];
    return reader.problems.attempt(() => readProperty(property, place, reader)) ?? [];
  });
}
