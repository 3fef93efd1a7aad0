/** The way from a value to a place in it, for messages. */

/** An index, a property, or the key of a map entry. */
export type Step = string | number | { readonly key: unknown };

/** The step to a map's key itself. */
export const MAP_KEY: Step = { key: undefined };

/** The step to a member of a set, which has no place. */
export const ELEMENT: Step = { key: undefined };

/** For example `value[0].when`. */
export function formatPath(path: readonly Step[]): string {
  return `value${path.map(formatStep).join('')}`;
}

function formatStep(step: Step): string {
  if (typeof step === 'number') return `[${step}]`;
  if (typeof step === 'string') return /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  if (step === MAP_KEY) return ' (a key)';
  if (step === ELEMENT) return ' (a member)';
  const { key } = step;
  if (typeof key === 'string') return `.get(${JSON.stringify(key)})`;
  return typeof key === 'number' || typeof key === 'bigint' ? `.get(${key})` : `.get(a key of type ${typeof key})`;
}
