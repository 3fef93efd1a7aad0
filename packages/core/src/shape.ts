/**
 * What the two sides of a call say to each other. `'unary'`: arguments, and then an answer. `'one-way'`: arguments alone,
 * for callers that want no answer.
 */
export type MethodShape = 'unary' | 'one-way';
