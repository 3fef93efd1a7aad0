/** Checks the values of streams where the service runs. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { RpcError, type RpcErrorCode } from '../errors.js';
import { takesMany } from '../shape.js';
import { isThenable } from '../thenable.js';
import type { MethodContract } from './contract.js';
import { describeIssues, plainIssues } from './issues.js';

/** Gives what takes the place of a value, now or later. @throws RpcError also as a rejection */
export type ItemGuard = (value: unknown) => unknown;

/** What checks the values of a method's streams. */
export interface ItemGuards {
  /** Those of its callers. Throws `INVALID_ARGUMENT`. */
  readonly taken: ItemGuard | undefined;
  /** Those that it answers with. Throws `INTERNAL`. */
  readonly answered: ItemGuard | undefined;
}

/** By what the method declares: `items` is for what it takes, or if it takes no stream, for what it answers with. */
export function itemGuardsFor(method: MethodContract): ItemGuards {
  const { items, result, stream } = method;
  const takes = takesMany(stream);
  return {
    taken: takes && items !== undefined ? guard(items, refusal(method, 'INVALID_ARGUMENT')) : undefined,
    answered: inTurn(takes ? [result] : [items, result], refusal(method, 'INTERNAL')),
  };
}

type Refusal = (issues: readonly StandardSchemaV1.Issue[]) => RpcError;

function guard(schema: StandardSchemaV1, refuse: Refusal): ItemGuard {
  const accept = (result: StandardSchemaV1.Result<unknown>): unknown => {
    if (result.issues === undefined) return result.value;
    throw refuse(result.issues);
  };
  return (value) => {
    const result = schema['~standard'].validate(value);
    return isThenable(result) ? result.then(accept) : accept(result);
  };
}

function inTurn(schemas: readonly (StandardSchemaV1 | undefined)[], refuse: Refusal): ItemGuard | undefined {
  const [first, second] = schemas.filter((schema) => schema !== undefined).map((schema) => guard(schema, refuse));
  if (first === undefined || second === undefined) return first;
  return (value) => {
    const checked = first(value);
    return isThenable(checked) ? checked.then(second) : second(checked);
  };
}

function refusal({ service, property }: MethodContract, code: RpcErrorCode): Refusal {
  return (issues) => {
    const problem = describeIssues(issues, 'item');
    const what =
      code === 'INTERNAL' ? 'answered with a value that its schema refuses' : 'refused a value of the stream';
    const details = code === 'INTERNAL' ? undefined : { issues: plainIssues(issues) };
    return new RpcError(code, `${service}.${property} ${what}: ${problem}`, { executed: 'yes', details });
  };
}
