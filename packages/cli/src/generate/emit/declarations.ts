/** Named types, written out or imported. */
import type { DeclarationModel, MethodModel, ServiceModel, TypeModel } from '../model.js';
import { hardLine, indent, type Layout } from './layout.js';
import { docComment, isTypeName, literal, propertyName, quote } from './text.js';
import { annotation, membersOf, type TypeContext } from './types.js';

/** A declaration. @param word What stands before it: `export `, or nothing. */
export function declarationLayout(declaration: DeclarationModel, context: TypeContext, word = 'export '): Layout {
  const doc = context.bare === true ? '' : docComment(declaration.doc);
  return [doc, bodyOf(declaration, context, word), hardLine];
}

function bodyOf(declaration: DeclarationModel, context: TypeContext, word: string): Layout {
  const { kind, name } = declaration;
  if (kind === 'enum') return context.hasEnums === false ? valuesOf(declaration, word) : enumLayout(declaration, word);
  if (kind === 'alias') return [annotation(`${word}type ${name}`, declaration.type, context, ' ='), ';'];
  // What is an intersection is no interface.
  if (declaration.shape.apart === true)
    return bodyOf({ ...declaration, kind: 'alias', type: declaration.shape }, context, word);
  return block(
    `${word}interface ${name} `,
    membersOf(declaration.shape, context).map((member) => [member, ';']),
  );
}

type EnumModel = Extract<DeclarationModel, { readonly kind: 'enum' }>;

/**
 * An enum as a constant and types beside it: nothing but types has to be taken out to run it, and the values of another
 * module's enum fit it.
 */
function enumLayout({ name, members }: EnumModel, word: string): Layout {
  const entries = members.map((member) => [
    docComment(member.doc),
    `${propertyName(member.name)}: ${constant(member.value)},`,
  ]);
  const types = members.filter((member) => isTypeName(member.name));
  return [
    `${word}const ${name} = `,
    block('', entries),
    ' as const;',
    hardLine,
    `${word}type ${name} = (typeof ${name})[keyof typeof ${name}];`,
    ...(types.length === 0
      ? []
      : [
          hardLine,
          block(
            `${word}declare namespace ${name} `,
            types.map((member) => `type ${member.name} = (typeof ${name})[${quote(member.name)}];`),
          ),
        ]),
  ];
}

/** A constant whose type can be told from its text. */
function constant(value: string | number): string {
  return typeof value === 'number' && !Number.isFinite(value) ? `(${literal(value)}) as number` : literal(value);
}

/** An enum as a type alone. */
function valuesOf({ name, members }: EnumModel, word: string): Layout {
  const values = [...new Set(members.map(({ value }) => value))];
  return [
    annotation(`${word}type ${name}`, { kind: 'union', members: values.map(literalModel) }, NO_CONTEXT, ' ='),
    ';',
  ];
}

function literalModel(value: string | number): TypeModel {
  const isNumber = typeof value === 'number' && !Number.isFinite(value);
  return isNumber ? { kind: 'keyword', name: 'number' } : { kind: 'literal', value };
}

const NO_CONTEXT: TypeContext = { hides: () => false };

/** A head and its lines in braces. */
export function block(head: string, lines: readonly Layout[]): Layout {
  if (lines.length === 0) return `${head}{}`;
  return [head, '{', indent(lines.map((text) => [hardLine, text])), hardLine, '}'];
}

/** The names of declarations that the signatures themselves use: not those that only other declarations reach. */
export function namesInSignatures(service: ServiceModel): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of service.methods.flatMap(typesOf)) collect(type, names);
  return names;
}

/** The names of declarations that the signatures reach, also by way of others. */
export function namesReached(service: ServiceModel): ReadonlySet<string> {
  const names = new Set(namesInSignatures(service));
  // A set that grows is gone through to its end.
  for (const name of names) {
    const found = service.declarations.find((declaration) => declaration.name === name);
    for (const inside of found === undefined ? [] : namesInDeclaration(found)) names.add(inside);
  }
  return names;
}

/** The names of declarations that a declaration refers to, its own among them if it is recursive. */
export function namesInDeclaration(declaration: DeclarationModel): ReadonlySet<string> {
  const names = new Set<string>();
  if (declaration.kind !== 'enum') collect(declaration.kind === 'alias' ? declaration.type : declaration.shape, names);
  return names;
}

function typesOf({ signatures }: MethodModel): readonly TypeModel[] {
  return signatures.flatMap(({ parameters, result }) => [...parameters.map(({ type }) => type), result]);
}

function collect(type: TypeModel, names: Set<string>): void {
  if (type.kind === 'reference') names.add(type.name);
  else if (type.kind === 'enum-member') names.add(type.enumName);
  else for (const part of partsOf(type)) collect(part, names);
}

/** The types that a type is written with. */
export function partsOf(type: TypeModel): readonly TypeModel[] {
  switch (type.kind) {
    case 'array':
      return [type.element];
    case 'tuple':
      return type.elements.map((element) => element.type);
    case 'map':
      return [type.key, type.value];
    case 'union':
      return type.members;
    case 'object':
      return [
        ...type.properties.map((property) => property.type),
        ...type.indexes.flatMap(({ key, value }) => [key, value]),
      ];
    case 'set':
      return [type.element];
    case 'brand':
      return [type.type, ...type.marks.map((mark) => mark.type)];
    case 'template':
      return type.holes;
    case 'casing':
      return [type.type];
    default:
      return [];
  }
}
