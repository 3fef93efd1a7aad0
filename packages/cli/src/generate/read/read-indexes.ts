/** The index signatures of objects. */
import { ts } from 'ts-morph';
import type { IndexModel } from '../model.js';
import type { Place } from './problem-list.js';
import type { Reader } from './reader.js';
import { annotationOf } from './written-types.js';

/** All index signatures of a type: of strings, of numbers, of template literals. */
export function readIndexes(type: ts.Type, place: Place, reader: Reader): readonly IndexModel[] {
  const { checker } = reader.open;
  return checker.getIndexInfosOfType(type).flatMap(({ keyType, type: value, isReadonly, declaration }) => {
    if (keyType.flags & ts.TypeFlags.ESSymbolLike) {
      reader.problems.add(place, 'Properties whose names are symbols stay behind. Use names that are strings.');
      return [];
    }
    const path = `${place.path}[${checker.typeToString(keyType)}]`;
    const key = reader.read(keyType, { path, node: place.node });
    const written = annotationOf(declaration);
    return [{ key, value: reader.read(value, { path, node: place.node, written }), readonly: isReadonly }];
  });
}

/**
 * Whether properties and index signatures contradict each other, as they may in an intersection:
 * `{ id: number } & Record<string, string>`.
 */
export function isApart(type: ts.Type, properties: readonly ts.Symbol[], checker: ts.TypeChecker): boolean {
  const infos = checker.getIndexInfosOfType(type);
  return infos.some((info) => {
    const fits = (found: ts.Type): boolean => checker.isTypeAssignableTo(found, info.type);
    const others = infos.filter((other) => other !== info && isPartOf(other.keyType, info.keyType, checker));
    const named = properties.filter(({ name }) => speaksOf(info.keyType, name, checker));
    return !others.every((other) => fits(other.type)) || !named.every((found) => fits(checker.getTypeOfSymbol(found)));
  });
}

/** Whether an index signature holds for a property of this name. */
function speaksOf(key: ts.Type, name: string, checker: ts.TypeChecker): boolean {
  if (key.flags & ts.TypeFlags.Number) return String(Number(name)) === name;
  return checker.isTypeAssignableTo(checker.getStringLiteralType(name), key);
}

/** Keys that are numbers are strings, too. */
function isPartOf(key: ts.Type, of: ts.Type, checker: ts.TypeChecker): boolean {
  const isString = (of.flags & ts.TypeFlags.String) !== 0;
  return isString || checker.isTypeAssignableTo(key, of);
}
