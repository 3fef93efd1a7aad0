/** Signatures of methods as TypeScript writes them. */
import type { ParameterModel, SignatureModel, TupleElementModel, TypeModel } from '../model.js';
import { list, type Layout } from './layout.js';
import { Names } from './names.js';
import { isIdentifier, methodName } from './text.js';
import { annotation, typeLayout, typeText, type TypeContext } from './types.js';

/** One call signature of an interface. */
export function signatureLayout(
  property: string,
  { parameters, result, stream }: SignatureModel,
  context: TypeContext,
): Layout {
  const written = parameterLayouts(named(parameters), context);
  const end = parameters.some(({ rest }) => rest) ? '' : ',';
  const inside = isOneObject(parameters) ? ['(', written[0]!, ')'] : list('(', written, ')', end);
  const answers = stream === 'server' || stream === 'both';
  return [methodName(property), inside, ': ', answers ? streamLayout(result, context) : typeLayout(result, context)];
}

/** Values that follow each other. */
function streamLayout(value: TypeModel, context: TypeContext): Layout {
  return ['AsyncIterable<', typeLayout(value, context), '>'];
}

/** Whether the brackets stand around the braces of an only parameter, however long that is. */
function isOneObject(parameters: readonly ParameterModel[]): boolean {
  const [only] = parameters;
  return parameters.length === 1 && only!.type.kind === 'object' && !only!.rest && only!.stream !== true;
}

/** The arguments of any of several signatures, as an array. */
export function argumentsOf(signatures: readonly SignatureModel[]): TypeModel {
  return unionOf(
    signatures.map(({ parameters }) => ({
      kind: 'tuple',
      elements: named(ahead(parameters)).map(elementOf),
      readonly: false,
    })),
  );
}

/** The parameters whose arguments travel together: all but one that is streamed. */
export function ahead(parameters: readonly ParameterModel[]): readonly ParameterModel[] {
  return parameters.filter(({ stream }) => stream !== true);
}

/** Each value that callers may stream; undefined if they stream none. */
export function streamedOf(signatures: readonly SignatureModel[]): TypeModel | undefined {
  const streamed = signatures.flatMap(({ parameters }) => parameters.filter(({ stream }) => stream === true));
  return streamed.length === 0 ? undefined : unionOf(streamed.map(({ type }) => type));
}

/** What any of the signatures may give. */
export function resultOf(signatures: readonly SignatureModel[]): TypeModel {
  return unionOf(signatures.map(({ result }) => result));
}

/** Any of several types, each said once. */
export function unionOf(types: readonly TypeModel[]): TypeModel {
  const flat = types.flatMap((type) => (type.kind === 'union' ? type.members : [type]));
  const members = [...new Map(flat.map((type) => [typeText(type), type])).values()];
  return members.length === 1 ? members[0]! : { kind: 'union', members };
}

/** Parameters by names that parameters can have, each another. */
function named(parameters: readonly ParameterModel[]): readonly ParameterModel[] {
  const names = new Names([]);
  return parameters.map((parameter, index) => {
    const { name } = parameter;
    return { ...parameter, name: isIdentifier(name) ? names.take(name) : names.take(`${name}_`, `arg${index}`) };
  });
}

/** Only the last parameter may stand for many, so those from there on become a tuple: `...args: [...names: string[], n: number]`. */
function parameterLayouts(parameters: readonly ParameterModel[], context: TypeContext): readonly Layout[] {
  const at = parameters.findIndex(({ rest }) => rest);
  const isLast = at < 0 || at === parameters.length - 1;
  const single = parameters.slice(0, isLast ? undefined : at);
  const written = single.map((parameter) => parameterLayout(parameter, context));
  if (isLast) return written;
  const tuple: TypeModel = { kind: 'tuple', elements: parameters.slice(at).map(elementOf), readonly: false };
  const name = new Names(single.map((parameter) => parameter.name)).take('args', 'values');
  return [...written, annotation(`...${name}`, tuple, context)];
}

function parameterLayout({ name, type, optional, rest, stream }: ParameterModel, context: TypeContext): Layout {
  if (stream === true) return [`${name}: `, streamLayout(type, context)];
  if (rest) return annotation(`...${name}`, { kind: 'array', element: type, readonly: false }, context);
  return annotation(`${name}${optional ? '?' : ''}`, type, context);
}

function elementOf({ name, type, optional, rest }: ParameterModel): TupleElementModel {
  return { name, type, optional, rest };
}
