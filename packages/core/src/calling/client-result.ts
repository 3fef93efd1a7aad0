/** What a method's `clientResult` schema makes of an answer, before its caller sees it. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { RpcError } from '../errors.js';
import { describeIssues, plainIssues } from '../service/issues.js';
import { isThenable } from '../thenable.js';

/** What the caller gets: a value, or the error that it was no such answer. */
export type TakenAnswer = { readonly value: unknown } | { readonly error: RpcError };

/**
 * Takes an answer through a schema, now or later. Never throws and never rejects, whatever the schema does.
 *
 * @param label What was called, for messages.
 */
export function takeAnswer(
  label: string,
  schema: StandardSchemaV1,
  answer: unknown,
): TakenAnswer | PromiseLike<TakenAnswer> {
  const judge = (result: StandardSchemaV1.Result<unknown>): TakenAnswer =>
    result.issues === undefined ? { value: result.value } : { error: refusedAnswer(label, result.issues) };
  const fail = (cause: unknown): TakenAnswer => ({ error: failedSchema(label, cause) });
  try {
    const result = schema['~standard'].validate(answer);
    return isThenable(result) ? Promise.resolve(result).then(judge).catch(fail) : judge(result);
  } catch (error) {
    return fail(error);
  }
}

function refusedAnswer(label: string, issues: readonly StandardSchemaV1.Issue[]): RpcError {
  const message =
    `${label}: the answer is not what this client takes: ${describeIssues(issues, 'result')}. ` +
    'The method ran. Both sides need the same state of the service: generate the client again, or update the server.';
  return new RpcError('DATA_LOSS', message, { executed: 'yes', details: { issues: plainIssues(issues) } });
}

function failedSchema(label: string, cause: unknown): RpcError {
  const message = `${label}: the clientResult schema failed on the answer, instead of taking or refusing it. The method ran.`;
  return new RpcError('DATA_LOSS', message, { executed: 'yes', cause });
}
