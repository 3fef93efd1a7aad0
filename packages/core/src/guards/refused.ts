/** What a guard gives for a value that it refuses. From the global registry, for copies of this package share guards. */
export const REFUSED: symbol = Symbol.for('rpcudp.refused');
