import { ts } from 'ts-morph';
import type { TupleElementModel, TypeModel } from '../model.js';
import { isOfLanguage } from './compiler-facts.js';
import { extendedCollection } from './extended-collection.js';
import type { Place } from './problem-list.js';
import { readOptional } from './read-union.js';
import type { Reader } from './reader.js';
import { writtenArgument, writtenElement, writtenTupleElement } from './written-types.js';

/** The model of an array, a tuple, a map or a set, also of an interface that extends one: `interface List extends Array<Item> {}`. */
export function readCollection(type: ts.Type, place: Place, reader: Reader): TypeModel | undefined {
  const collection = extendedCollection(type, reader.open);
  if (collection === undefined) {
    return readList(type, place, reader) ?? readMap(type, place, reader) ?? readSet(type, place, reader);
  }
  const inherited = new Set(collection.getProperties().map(({ name }) => name));
  const own = type.getProperties().find(({ name }) => !inherited.has(name));
  if (own !== undefined) {
    const [what] = /Map|Set/.exec(collection.getSymbol()?.name ?? '') ?? ['array'];
    const message = `${what === 'array' ? 'An' : 'A'} ${what} arrives without its property "${own.name}". Send an object that holds both.`;
    reader.problems.add(place, message);
  }
  return readCollection(collection, { ...place, written: undefined }, reader);
}

/** The model of an array or a tuple. */
function readList(type: ts.Type, place: Place, reader: Reader): TypeModel | undefined {
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
      type: optional ? readOptional(element, inside, reader) : reader.read(element, inside),
      optional,
      rest: (flags & ts.ElementFlags.Variable) !== 0,
    };
  });
}

function labelOf(label: ts.NamedTupleMember | ts.ParameterDeclaration | undefined): string | undefined {
  return label !== undefined && ts.isIdentifier(label.name) ? label.name.text : undefined;
}

/** The model of a `Map`. */
function readMap(type: ts.Type, place: Place, reader: Reader): TypeModel | undefined {
  const found = collectionOf(type, ['Map', 'ReadonlyMap'], reader);
  if (found === undefined) return undefined;
  const [key, value] = found.args as [ts.Type, ts.Type];
  const inside = (part: string, index: number): Place => ({
    path: `${place.path}[${part}]`,
    node: place.node,
    written: writtenArgument(place.written, index, ['Map', 'ReadonlyMap']),
  });
  return {
    kind: 'map',
    key: reader.read(key, inside('key', 0)),
    value: reader.read(value, inside('value', 1)),
    readonly: found.readonly,
  };
}

/** The model of a `Set`. */
function readSet(type: ts.Type, place: Place, reader: Reader): TypeModel | undefined {
  const found = collectionOf(type, ['Set', 'ReadonlySet'], reader);
  if (found === undefined) return undefined;
  const written = writtenArgument(place.written, 0, ['Set', 'ReadonlySet']);
  const element = reader.read(found.args[0]!, { path: `${place.path}[]`, node: place.node, written });
  return { kind: 'set', element, readonly: found.readonly };
}

function collectionOf(
  type: ts.Type,
  [name, readonlyName]: readonly [string, string],
  { open }: Reader,
): { readonly args: readonly ts.Type[]; readonly readonly: boolean } | undefined {
  const symbol = type.getSymbol();
  if (symbol === undefined || ![name, readonlyName].includes(symbol.name) || !isOfLanguage(symbol, open))
    return undefined;
  const args = open.checker.getTypeArguments(type as ts.TypeReference);
  return { args, readonly: symbol.name === readonlyName };
}
