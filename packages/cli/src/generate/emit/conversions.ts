/** Whether what arrives may be something else than a type says: on the rpcudp wire, or from a peer of before. */
import type { DeclarationModel, PropertyModel, TypeModel } from '../model.js';
import { partsOf } from './declarations.js';

/** Classes that bytes are made into where they arrive. */
const MADE_OF_BYTES: ReadonlySet<string> = new Set(['Buffer', 'ArrayBuffer']);

/**
 * Whether values of a type need converting. A bigint may arrive as a number, a Map as an object, undefined as null, and
 * nothing arrives as a `Buffer`.
 *
 * @param declarations Those that the type may refer to.
 */
export function needsConverting(type: TypeModel, declarations: readonly DeclarationModel[]): boolean {
  return needs(type, new Map(declarations.map((found) => [found.name, found])), new Set());
}

/**
 * Whether values of a type have a `Buffer` in them. The types of clients take it for the `Uint8Array` that travels, unless they
 * are told that it is made into one again.
 */
export function hasBuffers(type: TypeModel, declarations: readonly DeclarationModel[]): boolean {
  const seen = new Set<string>();
  const has = (part: TypeModel): boolean => {
    if (part.kind === 'builtin') return part.name === 'Buffer';
    if (part.kind !== 'reference') return partsOf(part).some(has);
    const declaration = declarations.find(({ name }) => name === part.name);
    if (declaration === undefined || declaration.kind === 'enum' || seen.has(part.name)) return false;
    seen.add(part.name);
    return has(declaration.kind === 'alias' ? declaration.type : declaration.shape);
  };
  return has(type);
}

type Declarations = ReadonlyMap<string, DeclarationModel>;

function needs(type: TypeModel, declarations: Declarations, seen: Set<string>): boolean {
  switch (type.kind) {
    case 'keyword':
      return type.name === 'bigint' || isNothing(type);
    case 'literal':
      return typeof type.value === 'bigint';
    case 'builtin':
      return MADE_OF_BYTES.has(type.name);
    case 'map':
    case 'set':
      return true;
    case 'tuple':
      return type.elements.some(({ type: element, optional }) => optional || needs(element, declarations, seen));
    case 'object':
      return (
        type.properties.some((property) => propertyNeeds(property, declarations, seen)) ||
        type.indexes.some(({ value }) => needs(value, declarations, seen))
      );
    case 'reference':
      return declarationNeeds(type.name, declarations, seen);
    default:
      return partsOf(type).some((part) => needs(part, declarations, seen));
  }
}

function isNothing(type: TypeModel): boolean {
  return type.kind === 'keyword' && (type.name === 'undefined' || type.name === 'void');
}

/** A property that is undefined is not sent where undefined cannot be, and reads as undefined all the same. */
function propertyNeeds({ type }: PropertyModel, declarations: Declarations, seen: Set<string>): boolean {
  const members = type.kind === 'union' ? type.members : [type];
  return members.some((member) => !isNothing(member) && needs(member, declarations, seen));
}

function declarationNeeds(name: string, declarations: Declarations, seen: Set<string>): boolean {
  const declaration = declarations.get(name);
  if (declaration === undefined || declaration.kind === 'enum' || seen.has(name)) return false;
  seen.add(name);
  return needs(declaration.kind === 'alias' ? declaration.type : declaration.shape, declarations, seen);
}
