import { ts } from 'ts-morph';
import type { TupleElementModel, TypeModel } from '../model.js';
import { isClassOfLanguage } from './compiler-facts.js';
import type { OpenProgram } from './open-program.js';
import type { Place } from './problem-list.js';
import { readWithoutUndefined } from './read-union.js';
import type { Reader } from './reader.js';
import { writtenArgument, writtenElement, writtenTupleElement } from './written-types.js';

/** The model of bytes and dates, also under another name: a `Buffer` is a `Uint8Array`. */
export function readBuiltin(type: ts.Type, open: OpenProgram): TypeModel | undefined {
  const name = (['Date', 'Uint8Array'] as const).find((known) => isClassOfLanguage(type, known, open));
  return name && { kind: 'builtin', name };
}

/** The model of an array or a tuple. */
export function readList(type: ts.Type, place: Place, reader: Reader): TypeModel | undefined {
  const { checker } = reader.open;
  if (checker.isTupleType(type)) return readTuple(type as ts.TupleTypeReference, place, reader);
  if (!checker.isArrayType(type)) return undefined;
  const [element] = checker.getTypeArguments(type as ts.TypeReference);
  const inside = { path: `${place.path}[]`, node: place.node, written: writtenElement(place.written) };
  const readonly = type.getSymbol()?.name === 'ReadonlyArray';
  return { kind: 'array', element: reader.read(element!, inside), readonly };
}

function readTuple(type: ts.TupleTypeReference, place: Place, reader: Reader): TypeModel {
  return { kind: 'tuple', elements: readTupleElements(type, place, reader), readonly: type.target.readonly };
}

/** The elements of a tuple, which are also what a rest parameter of that type takes. */
export function readTupleElements(
  type: ts.TupleTypeReference,
  { path, node, written }: Place,
  reader: Reader,
): TupleElementModel[] {
  const { elementFlags, labeledElementDeclarations: labels } = type.target;
  return reader.open.checker.getTypeArguments(type).map((element, index) => {
    const flags = elementFlags[index]!;
    const name = labelOf(labels?.[index]);
    const inside = { path: `${path}[${name ?? index}]`, node, written: writtenTupleElement(written, index) };
    const optional = (flags & ts.ElementFlags.Optional) !== 0;
    return {
      name,
      type: optional ? readWithoutUndefined(element, inside, reader) : reader.read(element, inside),
      optional,
      rest: (flags & ts.ElementFlags.Variable) !== 0,
    };
  });
}

function labelOf(label: ts.NamedTupleMember | ts.ParameterDeclaration | undefined): string | undefined {
  return label !== undefined && ts.isIdentifier(label.name) ? label.name.text : undefined;
}

/** The model of a `Map`. One whose keys are strings arrives as a plain object, so it is not what its type says. */
export function readMap(type: ts.Type, place: Place, reader: Reader): TypeModel | undefined {
  const name = ['Map', 'ReadonlyMap'].find((known) => type.getSymbol()?.name === known);
  if (name === undefined || !isClassOfLanguage(type, name, reader.open)) return undefined;
  const [key, value] = reader.open.checker.getTypeArguments(type as ts.TypeReference) as [ts.Type, ts.Type];
  const inside = (part: string, index: number): Place => ({
    path: `${place.path}[${part}]`,
    node: place.node,
    written: writtenArgument(place.written, index, ['Map', 'ReadonlyMap']),
  });
  if (isString(key)) {
    const valueText = reader.open.checker.typeToString(value);
    reader.problems.add(
      place,
      `A Map whose keys are all strings arrives as a plain object. Write Record<string, ${valueText}>.`,
    );
  }
  return {
    kind: 'map',
    key: reader.read(key, inside('key', 0)),
    value: reader.read(value, inside('value', 1)),
    readonly: name === 'ReadonlyMap',
  };
}

function isString(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isString);
  return (type.flags & ts.TypeFlags.StringLike) !== 0;
}

/** Kinds of which a value can only be one, whatever is merged with them. */
const WHOLE = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike | ts.TypeFlags.BooleanLike;

/** The part of an intersection that travels, if the others only mark it: `string & { readonly brand: 'UserId' }`. */
export function readIntersection(type: ts.IntersectionType, place: Place, reader: Reader): TypeModel | undefined {
  const { checker } = reader.open;
  const marked = type.types.find(
    (part) =>
      (part.flags & WHOLE) !== 0 ||
      checker.isArrayLikeType(part) ||
      ['Date', 'Uint8Array', 'Map', 'ReadonlyMap'].some((name) => isClassOfLanguage(part, name, reader.open)),
  );
  return marked === undefined ? undefined : reader.read(marked, { ...place, written: undefined });
}
