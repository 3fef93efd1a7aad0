/** Short ways to write down the models that tests expect. */
import type {
  KeywordName,
  ObjectModel,
  ParameterModel,
  PropertyModel,
  TupleElementModel,
  TypeModel,
} from '../src/generate/model.js';

export const keyword = (name: KeywordName): TypeModel => ({ kind: 'keyword', name });
export const string = keyword('string');
export const number = keyword('number');
export const boolean = keyword('boolean');
export const bigint = keyword('bigint');
export const nil = keyword('null');
export const undef = keyword('undefined');
export const unknown = keyword('unknown');
export const date: TypeModel = { kind: 'builtin', name: 'Date' };
export const bytes: TypeModel = { kind: 'builtin', name: 'Uint8Array' };
export const buffer: TypeModel = { kind: 'builtin', name: 'Buffer' };
export const template = (texts: readonly string[], holes: readonly TypeModel[]): TypeModel => ({
  kind: 'template',
  texts,
  holes,
});
export const literal = (value: string | number | boolean | bigint): TypeModel => ({ kind: 'literal', value });
export const array = (element: TypeModel, readonly = false): TypeModel => ({ kind: 'array', element, readonly });
export const map = (key: TypeModel, value: TypeModel, readonly = false): TypeModel => ({
  kind: 'map',
  key,
  value,
  readonly,
});
export const union = (...members: readonly TypeModel[]): TypeModel => ({ kind: 'union', members });
export const ref = (name: string): TypeModel => ({ kind: 'reference', name });
export const member = (enumName: string, name: string, value: string | number): TypeModel => ({
  kind: 'enum-member',
  enumName,
  member: name,
  value,
});

export const element = (type: TypeModel, more: Partial<TupleElementModel> = {}): TupleElementModel => ({
  name: undefined,
  type,
  optional: false,
  rest: false,
  ...more,
});
export const tuple = (...elements: readonly (TypeModel | TupleElementModel)[]): TypeModel => ({
  kind: 'tuple',
  elements: elements.map((part) => ('kind' in part ? element(part) : part)),
  readonly: false,
});

/** A property by its name: `name?` is optional, `readonly name` cannot be assigned. */
export const property = (written: string, type: TypeModel, doc?: string): PropertyModel => ({
  name: written.replace(/^readonly /, '').replace(/\?$/, ''),
  type,
  optional: written.endsWith('?'),
  readonly: written.startsWith('readonly '),
  doc,
});
export const shape = (properties: Readonly<Record<string, TypeModel>>): ObjectModel => ({
  kind: 'object',
  properties: Object.entries(properties).map(([written, type]) => property(written, type)),
  indexes: [],
});
export const record = (key: 'string' | 'number', value: TypeModel, readonly = false): ObjectModel => ({
  kind: 'object',
  properties: [],
  indexes: [{ key: keyword(key), value, readonly }],
});

/** A parameter by its name: `name?` may be left out, `...name` takes what is left. */
export const parameter = (written: string, type: TypeModel): ParameterModel => ({
  name: written.replace(/^\.\.\./, '').replace(/\?$/, ''),
  type,
  optional: written.endsWith('?'),
  rest: written.startsWith('...'),
});
export const parameters = (types: Readonly<Record<string, TypeModel>>): ParameterModel[] =>
  Object.entries(types).map(([written, type]) => parameter(written, type));
