/** What is left of a method's signature when the program runs: types that a compiler recorded, names in the source. */
import type { MethodContract } from './contract.js';
import type { AnyMethod } from './metadata.js';
import { hasRestParameter, isWrittenAsMethod, sourceParameters, type SourceParameter } from './source-parameters.js';

/** One parameter, as far as it is known. */
export interface SignatureParameter extends SourceParameter {
  /** What was recorded as its type; {@link NO_TYPE} if nothing was. */
  readonly type: unknown;
}

/** The parameters of a method, as far as they are known. */
export interface Signature {
  readonly parameters: readonly SignatureParameter[];
  /** Whether it may take more arguments than it has parameters here. */
  readonly open: boolean;
}

/** Stands for a type where nobody recorded any, or where nobody can tell which parameter a type belongs to. */
export const NO_TYPE = Symbol('no type');

/** The signature of the method that answers calls as `handler`. */
export function signatureOf(method: MethodContract, handler: AnyMethod): Signature {
  const declared = declaredMethod(method, handler);
  const source = declared && sourceParameters(declared);
  const types = typesOf(method, source);
  const count = types?.length ?? source?.length ?? declared?.length;
  if (count === undefined) return ANY_ARGUMENTS;
  const named = source?.length === count ? source : unnamed(count, declared);
  const parameters = named.map((parameter, index) => ({
    ...parameter,
    type: types === undefined ? NO_TYPE : types[index],
  }));
  return { parameters, open: declared === undefined || (source !== undefined && named !== source) };
}

const ANY_ARGUMENTS: Signature = {
  parameters: [{ name: 'args', optional: false, rest: true, type: NO_TYPE }],
  open: true,
};

/** Parameters of which the source does not say enough. The engine counts those before the first default and the rest. */
function unnamed(count: number, declared: AnyMethod | undefined): SourceParameter[] {
  const rest = declared !== undefined && declared.length < count && hasRestParameter(declared);
  return Array.from({ length: count }, (_, index) => ({
    name: undefined,
    optional: false,
    rest: rest && index === count - 1,
  }));
}

/**
 * The function whose source tells the parameters: the handler, unless that is what a decorator, a `bind` or a spy has made
 * of the method. Undefined if that is all that anybody has seen.
 */
function declaredMethod({ original }: MethodContract, handler: AnyMethod): AnyMethod | undefined {
  return original === undefined || isWrittenAsMethod(handler) ? handler : (original ?? undefined);
}

/**
 * The recorded types. Babel's plugin records one for `this`, too, which is no argument. Nobody can tell that from a method
 * whose list of parameters a compiler has cut for an old target; so then no type belongs to any parameter for sure.
 */
function typesOf(
  { parameterTypes }: MethodContract,
  source: readonly SourceParameter[] | undefined,
): readonly unknown[] | undefined {
  if (parameterTypes === undefined || source?.length !== parameterTypes.length - 1) return parameterTypes;
  const [first] = parameterTypes;
  return first === Object || first === undefined ? source.map(() => NO_TYPE) : parameterTypes;
}
