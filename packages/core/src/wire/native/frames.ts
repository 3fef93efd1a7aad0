/** All of the frames at one door: docs/protocol.md §3. The engine imports the parts, for in CommonJS each look through a door costs. */
export * from './frame-types.js';
export * from './decode-frames.js';
export * from './encode-frames.js';
export * from './stream-frames.js';
