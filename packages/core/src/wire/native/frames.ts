/** The frames of the native wire: docs/protocol.md §3. */
export * from './frame-types.js';
export * from './decode-frames.js';
export * from './encode-frames.js';
