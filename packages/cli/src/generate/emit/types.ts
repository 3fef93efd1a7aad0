/** Types as TypeScript writes them. */
import type {
  BrandModel,
  IndexModel,
  ObjectModel,
  PropertyModel,
  TemplateModel,
  TupleElementModel,
  TypeModel,
} from '../model.js';
import { group, hardLine, ifBroken, indent, join, line, list, printFlat, softLine, type Layout } from './layout.js';
import { docComment, isTypeName, literal, propertyName, quote, templateChars } from './text.js';

/** What writing a type depends on. */
export interface TypeContext {
  /** Whether the module declares this name itself, so that the language's own type of that name is hidden. */
  hides(name: string): boolean;
  /** Whether enums are there, by whose members types can be named. Default: true. */
  readonly hasEnums?: boolean;
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
      if (context.hasEnums === false) return literal(type.value);
      const { member, enumName } = type;
      return isTypeName(member) ? `${enumName}.${member}` : `(typeof ${enumName})[${quote(member)}]`;
    }
    case 'builtin':
      return builtin(type.name, context) + (type.backing === undefined ? '' : `<${builtin(type.backing, context)}>`);
    case 'template':
      return templateText(type, context);
    case 'casing':
      return [builtin(type.name, context), '<', typeLayout(type.type, context), '>'];
    default:
      return composedLayout(type, context);
  }
}

type Composed = Extract<TypeModel, { readonly kind: 'array' | 'tuple' | 'map' | 'set' | 'object' | 'brand' | 'union' }>;

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
    case 'set':
      return [
        builtin(type.readonly ? 'ReadonlySet' : 'Set', context),
        list('<', [typeLayout(type.element, context)], '>', ''),
      ];
    case 'object':
      return objectLayout(type, context);
    case 'brand':
      return brandLayout(type, context);
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

export function indexLayout({ key, value, readonly }: IndexModel, context: TypeContext): Layout {
  return annotation(`${readonly ? 'readonly ' : ''}[key: ${printFlat(typeLayout(key, context))}]`, value, context);
}

export function membersOf({ indexes, properties }: ObjectModel, context: TypeContext): readonly Layout[] {
  return [
    ...indexes.map((index) => indexLayout(index, context)),
    ...properties.map((property) => propertyLayout(property, context)),
  ];
}

function objectLayout(type: ObjectModel, context: TypeContext): Layout {
  if (type.apart !== true) return braces(membersOf(type, context), isCommented(type, context));
  const properties = { ...type, apart: false, indexes: [] };
  const parts = [properties, ...type.indexes.map((index) => ({ ...properties, properties: [], indexes: [index] }))];
  return join(
    ' & ',
    parts.map((part) => objectLayout(part, context)),
  );
}

/** A comment ends its line, so an object that holds one is broken. */
function isCommented({ properties }: Pick<ObjectModel, 'properties'>, context: TypeContext): boolean {
  return context.bare !== true && properties.some(({ doc }) => docComment(doc) !== '');
}

function braces(members: readonly Layout[], commented: boolean): Layout {
  if (members.length === 0) return '{}';
  return group([
    '{',
    indent([line, join(commented ? [';', hardLine] : [';', line], members), ifBroken(';')]),
    line,
    '}',
  ]);
}

function brandLayout({ type, marks }: BrandModel, context: TypeContext): Layout {
  if (marks.length === 0) return typeLayout(type, context);
  const written = marks.map((mark) => propertyLayout(mark, context));
  return [operand(type, context), ' & ', braces(written, isCommented({ properties: marks }, context))];
}

function templateText({ texts, holes }: TemplateModel, context: TypeContext): string {
  const parts = texts.map((text, index) => {
    const hole = holes[index];
    return templateChars(text) + (hole === undefined ? '' : `\${${printFlat(typeLayout(hole, context))}}`);
  });
  return `\`${parts.join('')}\``;
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
    member.kind === 'union' || (members.length > 1 && isIntersection(member))
      ? operand(member, context)
      : typeLayout(member, context),
  );
  return [ifBroken(members.length > 1 ? '| ' : ''), join([line, '| '], written)];
}

/** A type before `[]` or `?`, in brackets where it has to be. */
function operand(type: TypeModel, context: TypeContext): Layout {
  if (type.kind === 'union' && type.members.length > 1) {
    return group(['(', indent([softLine, unionLayout(type.members, context)]), softLine, ')']);
  }
  return isLoose(type) ? ['(', typeLayout(type, context), ')'] : typeLayout(type, context);
}

/** Whether what follows a type would belong to its last part alone. */
function isLoose(type: TypeModel): boolean {
  return isIntersection(type) || ((type.kind === 'array' || type.kind === 'tuple') && type.readonly);
}

function isIntersection(type: TypeModel): boolean {
  if (type.kind === 'brand') return type.marks.length > 0 || isIntersection(type.type);
  return type.kind === 'object' && type.apart === true;
}

function builtin(name: string, context: TypeContext): string {
  return context.hides(name) ? `globalThis.${name}` : name;
}
