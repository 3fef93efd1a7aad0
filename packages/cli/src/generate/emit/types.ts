/** Types as TypeScript writes them. */
import type { ObjectModel, PropertyModel, TupleElementModel, TypeModel } from '../model.js';
import { group, hardLine, ifBroken, indent, join, line, list, printFlat, softLine, type Layout } from './layout.js';
import { docComment, literal, propertyName } from './text.js';

/** What writing a type depends on. */
export interface TypeContext {
  /** Whether the module declares this name itself, so that the language's own type of that name is hidden. */
  hides(name: string): boolean;
  /** Leaves doc comments out, for types that are quoted somewhere. */
  readonly bare?: boolean;
}

export function typeLayout(type: TypeModel, context: TypeContext): Layout {
  switch (type.kind) {
    case 'keyword':
    case 'reference':
      return type.name;
    case 'literal':
      return literal(type.value);
    case 'enum-member': {
      const name = propertyName(type.member);
      return name === type.member ? `${type.enumName}.${name}` : `(typeof ${type.enumName})[${name}]`;
    }
    case 'builtin':
      return builtin(type.name, context);
    default:
      return composedLayout(type, context);
  }
}

type Composed = Extract<TypeModel, { readonly kind: 'array' | 'tuple' | 'map' | 'object' | 'union' }>;

function composedLayout(type: Composed, context: TypeContext): Layout {
  switch (type.kind) {
    case 'array':
      return [readonlyWord(type), operand(type.element, context), '[]'];
    case 'tuple':
      return [readonlyWord(type), tupleLayout(type.elements, context)];
    case 'map':
      return [
        builtin(type.readonly ? 'ReadonlyMap' : 'Map', context),
        list('<', [typeLayout(type.key, context), typeLayout(type.value, context)], '>', ''),
      ];
    case 'object':
      return objectLayout(type, context);
    case 'union':
      return group(indent([softLine, unionLayout(type.members, context)]));
    default:
      throw new Error(`There is no way to write a type of the kind ${JSON.stringify((type as TypeModel).kind)}.`);
  }
}

function readonlyWord(type: { readonly readonly: boolean }): string {
  return type.readonly ? 'readonly ' : '';
}

/** A type in one line. */
export function typeText(type: TypeModel): string {
  return printFlat(typeLayout(type, { hides: () => false, bare: true }));
}

/** `name` and what is of that type: a union that does not fit begins in the next line. */
export function annotation(name: string, type: TypeModel, context: TypeContext, sign = ':'): Layout {
  if (type.kind !== 'union') return [`${name}${sign} `, typeLayout(type, context)];
  return [`${name}${sign}`, group(indent([line, unionLayout(type.members, context)]))];
}

/** The members of an interface or of an object type, each with its separator. */
export function propertyLayout(property: PropertyModel, context: TypeContext): Layout {
  const name = `${property.readonly ? 'readonly ' : ''}${propertyName(property.name)}${property.optional ? '?' : ''}`;
  return [context.bare === true ? '' : docComment(property.doc), annotation(name, property.type, context)];
}

export function indexLayout(index: NonNullable<ObjectModel['index']>, context: TypeContext): Layout {
  return annotation(`${index.readonly ? 'readonly ' : ''}[key: ${index.key}]`, index.value, context);
}

export function membersOf({ index, properties }: ObjectModel, context: TypeContext): readonly Layout[] {
  const rest = index === undefined ? [] : [indexLayout(index, context)];
  return [...rest, ...properties.map((property) => propertyLayout(property, context))];
}

function objectLayout(type: ObjectModel, context: TypeContext): Layout {
  const members = membersOf(type, context);
  if (members.length === 0) return '{}';
  // A comment ends its line, so an object that holds one is broken.
  const isCommented = context.bare !== true && type.properties.some(({ doc }) => docComment(doc) !== '');
  const separator: Layout = isCommented ? [';', hardLine] : [';', line];
  return group(['{', indent([line, join(separator, members), ifBroken(';')]), line, '}']);
}

function tupleLayout(elements: readonly TupleElementModel[], context: TypeContext): Layout {
  const end = elements.at(-1)?.rest === true ? '' : ',';
  return list(
    '[',
    elements.map((element) => elementLayout(element, context)),
    ']',
    end,
  );
}

function elementLayout({ name, type, optional, rest }: TupleElementModel, context: TypeContext): Layout {
  const written = rest ? [operand(type, context), '[]'] : typeLayout(type, context);
  if (name !== undefined) return [rest ? '...' : '', name, optional ? '?' : '', ': ', written];
  if (rest) return ['...', written];
  return optional ? [operand(type, context), '?'] : written;
}

function unionLayout(members: readonly TypeModel[], context: TypeContext): Layout {
  if (members.length === 0) return 'never';
  const written = members.map((member) =>
    member.kind === 'union' ? operand(member, context) : typeLayout(member, context),
  );
  return [ifBroken(members.length > 1 ? '| ' : ''), join([line, '| '], written)];
}

/** A type before `[]` or `?`, in brackets where it has to be. */
function operand(type: TypeModel, context: TypeContext): Layout {
  if (type.kind === 'union' && type.members.length > 1) {
    return group(['(', indent([softLine, unionLayout(type.members, context)]), softLine, ')']);
  }
  const isReadonly = (type.kind === 'array' || type.kind === 'tuple') && type.readonly;
  return isReadonly ? ['(', typeLayout(type, context), ')'] : typeLayout(type, context);
}

function builtin(name: string, context: TypeContext): string {
  return context.hides(name) ? `globalThis.${name}` : name;
}
