/** Refuses calls that do not fit the method before its handler runs. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { RpcError } from '../errors.js';
import { isThenable } from '../thenable.js';
import { refusedArguments, type Guard } from './argument-guard.js';
import type { KnowsClass } from './class-types.js';
import type { MethodContract } from './contract.js';
import { describeIssues } from './issues.js';
import type { AnyMethod } from './metadata.js';
import { guardFromTypes } from './recorded-types.js';

/** Gives the result that is sent, now or later. @throws RpcError `INTERNAL`, also as a rejection. */
export type ResultGuard = (result: unknown) => unknown;

/** The guard of a method, or undefined if nothing is known about its arguments. A schema takes precedence. */
export function guardFor(method: MethodContract, handler: AnyMethod, knowsClass?: KnowsClass): Guard | undefined {
  if (method.args !== undefined) return guardFromSchema(method, method.args);
  return method.parameterTypes && guardFromTypes(method, handler, knowsClass);
}

function guardFromSchema(method: MethodContract, schema: StandardSchemaV1): Guard {
  const accept = (result: StandardSchemaV1.Result<unknown>): unknown[] => {
    if (result.issues !== undefined)
      throw refusedArguments(method, describeIssues(result.issues, 'args'), result.issues);
    if (Array.isArray(result.value)) return result.value;
    throw new RpcError('INTERNAL', `The args schema of ${method.service}.${method.property} gave no array.`);
  };
  return (args) => {
    const result = schema['~standard'].validate(args);
    return isThenable(result) ? result.then(accept) : accept(result);
  };
}

/** The guard of a method's result, or undefined if it has no schema. */
export function resultGuardFor(method: MethodContract): ResultGuard | undefined {
  const schema = method.result;
  if (schema === undefined) return undefined;
  const accept = (result: StandardSchemaV1.Result<unknown>): unknown => {
    if (result.issues === undefined) return result.value;
    const problem = describeIssues(result.issues, 'result');
    throw new RpcError(
      'INTERNAL',
      `${method.service}.${method.property} gave a result that its schema refuses: ${problem}`,
      {
        executed: 'yes',
      },
    );
  };
  return (value) => {
    const result = schema['~standard'].validate(value);
    return isThenable(result) ? result.then(accept) : accept(result);
  };
}
