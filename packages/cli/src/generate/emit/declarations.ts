/** Named types, written out or imported. */
import type { DeclarationModel, MethodModel, ServiceModel, TypeModel } from '../model.js';
import { hardLine, indent, type Layout } from './layout.js';
import { docComment, literal, propertyName } from './text.js';
import { annotation, membersOf, type TypeContext } from './types.js';

export function declarationLayout(declaration: DeclarationModel, context: TypeContext): Layout {
  return [docComment(declaration.doc), bodyOf(declaration, context), hardLine];
}

function bodyOf(declaration: DeclarationModel, context: TypeContext): Layout {
  switch (declaration.kind) {
    case 'interface':
      if (declaration.shape.apart === true)
        return bodyOf({ ...declaration, kind: 'alias', type: declaration.shape }, context);
      return block(
        `export interface ${declaration.name} `,
        membersOf(declaration.shape, context).map((member) => [member, ';']),
      );
    case 'alias':
      return [annotation(`export type ${declaration.name}`, declaration.type, context, ' ='), ';'];
    case 'enum':
      return block(
        `export enum ${declaration.name} `,
        declaration.members.map(({ name, value, doc }) => [
          docComment(doc),
          `${propertyName(name)} = ${literal(value)},`,
        ]),
      );
  }
}

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
