/** Properties as they are looked at: none of their code is run, and no prototype is reached. */
import type { REFUSED } from './refused.js';
import type { Run } from './run.js';

/** Stands for a property that has a getter: reading it would run code. */
export const ACCESSOR = Symbol('accessor');

/** The value of an object's own property, {@link ACCESSOR} if it has none of its own, or undefined. */
export function ownValue(object: object, name: string): unknown {
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (property === undefined) return undefined;
  return 'value' in property ? property.value : ACCESSOR;
}

/** A new object with the first of an object's properties, as they are. */
export function copyOf(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
  count: number,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (let at = 0; at < count; at += 1) {
    const name = names[at]!;
    if (name !== '__proto__') copy[name] = ownValue(value, name);
  }
  return copy;
}

export function refuseName(run: Run): typeof REFUSED {
  return run.refuseFor(() => 'expected no property of this name');
}

export function refuseAccessor(run: Run): typeof REFUSED {
  return run.refuseFor(() => 'expected a value, got a getter or setter');
}
