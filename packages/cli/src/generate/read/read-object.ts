import { ts } from 'ts-morph';
import type { ObjectModel, PropertyModel } from '../model.js';
import { isForeign, isReadonlyProperty } from './compiler-facts.js';
import { docOf } from './documentation.js';
import type { Place } from './problem-list.js';
import { isApart, readIndexes } from './read-indexes.js';
import { readOptional } from './read-union.js';
import type { Reader } from './reader.js';
import { annotationOf } from './written-types.js';

/**
 * An object with all of its properties, also those that it inherits or that an intersection brings together.
 *
 * @param isData Leaves out those of which it says no.
 */
export function readObject(
  type: ts.Type,
  place: Place,
  reader: Reader,
  isData: (property: ts.Symbol) => boolean = () => true,
): ObjectModel {
  const properties = propertiesOf(type, reader.open.checker).filter(isData);
  const shape: ObjectModel = {
    kind: 'object',
    properties: properties.flatMap((found) => readProperty(found, place, reader)),
    indexes: readIndexes(type, place, reader),
  };
  return isApart(type, properties, reader.open.checker) ? { ...shape, apart: true } : shape;
}

/**
 * Properties as they are declared. The compiler gives those of a mapped type such as `Pick<User, 'name' | 'id'>` in the
 * order in which it met the names, which depends on the files that were read before.
 */
function propertiesOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Symbol[] {
  const properties = checker.getPropertiesOfType(type);
  const isMapped = properties.some((found) => found.valueDeclaration === undefined);
  return isMapped ? [...properties].sort(byDeclaration) : properties;
}

function byDeclaration(left: ts.Symbol, right: ts.Symbol): number {
  const [first, second] = [left.declarations?.[0], right.declarations?.[0]];
  if (first === undefined || second === undefined) return left.name < right.name ? -1 : 1;
  return first.getSourceFile() === second.getSourceFile() ? first.pos - second.pos : 0;
}

export function readProperty(property: ts.Symbol, place: Place, reader: Reader): PropertyModel[] {
  const { checker } = reader.open;
  const declaration = property.valueDeclaration ?? property.declarations?.[0];
  const inside: Place = {
    path: `${place.path}${accessTo(property.name)}`,
    node: declaration === undefined || isForeign(declaration, reader.open) ? place.node : declaration,
    written: annotationOf(declaration),
  };
  const wrong = wrongName(property);
  if (wrong !== undefined) {
    reader.problems.add(
      wrong.path === undefined ? inside : { ...inside, path: place.path + wrong.path },
      wrong.message,
    );
    return [];
  }
  const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
  const type = checker.getTypeOfSymbol(property);
  return [
    {
      name: property.name,
      type: optional ? readOptional(type, inside, reader) : reader.read(type, inside),
      optional,
      readonly: isReadonlyProperty(property),
      doc: docOf(property, checker),
    },
  ];
}

function wrongName(property: ts.Symbol): { readonly message: string; readonly path?: string } | undefined {
  if (property.escapedName.toString().startsWith('__@')) {
    const message = 'A property whose name is a symbol stays behind. Give it a name that is a string.';
    return { message, path: '[symbol]' };
  }
  if (property.name === '__proto__') return { message: 'A property named __proto__ cannot travel. Rename it.' };
  return undefined;
}

function accessTo(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
