/**
 * The version of this package. Written down, because its own manifest cannot be found from here in the same way under ESM,
 * CommonJS and bundlers. A test holds it against the manifest.
 */
export const VERSION = '0.1.0';
