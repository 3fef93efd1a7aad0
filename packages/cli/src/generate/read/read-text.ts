import { ts } from 'ts-morph';
import type { CasingModel, TypeModel } from '../model.js';
import type { Place } from './problem-list.js';
import type { Reader } from './reader.js';

/** The model of a string that follows a pattern: a template literal, or `Uppercase<string>` and its like. */
export function readText(type: ts.Type, place: Place, reader: Reader): TypeModel | undefined {
  if (type.flags & ts.TypeFlags.StringMapping) {
    const { symbol, type: inner } = type as ts.StringMappingType;
    return { kind: 'casing', name: symbol.name as CasingModel['name'], type: reader.read(inner, plain(place)) };
  }
  if (!(type.flags & ts.TypeFlags.TemplateLiteral)) return undefined;
  const { texts, types } = type as ts.TemplateLiteralType;
  const holes = types.map((hole) => unmarked(reader.read(hole, plain(place))));
  return { kind: 'template', texts: [...texts], holes };
}

function plain(place: Place): Place {
  return { ...place, written: undefined };
}

/** In the text there is no mark. */
function unmarked(hole: TypeModel): TypeModel {
  return hole.kind === 'brand' ? unmarked(hole.type) : hole;
}
