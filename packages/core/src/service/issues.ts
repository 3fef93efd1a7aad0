/** What a schema says of a value that it refuses. */
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** An issue as it is told: the place in the value as strings and numbers, which can be sent. */
export interface PlainIssue {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/**
 * All issues on one line, each with its place.
 *
 * @param label What our own guards call the value. They name the place in the message already.
 */
export function describeIssues(issues: readonly StandardSchemaV1.Issue[], label: 'args' | 'result' | 'item'): string {
  return plainIssues(issues)
    .map(({ message, path }) => {
      const says = path.length === 0 || message.startsWith(`${label}[`) || message.startsWith(`${label}.`);
      return says ? message : `[${path.join('.')}] ${message}`;
    })
    .join('; ');
}

export function plainIssues(issues: readonly StandardSchemaV1.Issue[]): PlainIssue[] {
  return issues.map(({ message, path = [] }) => ({ message, path: path.map(pathKey) }));
}

function pathKey(step: PropertyKey | StandardSchemaV1.PathSegment): string | number {
  const key = typeof step === 'object' ? step.key : step;
  return typeof key === 'symbol' ? String(key) : key;
}
