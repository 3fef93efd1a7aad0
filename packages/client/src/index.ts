/**
 * @packageDocumentation
 * Typed clients from the service class: both sides share one declaration.
 */
export { createClient } from './create-client.js';
export { orThrow, withOptions } from './views.js';
export { latest, type Subscribe } from './latest.js';
export { resuming, type ResumingOptions } from './resuming.js';
export type { CannotArrive } from './arriving.js';
export type { Client, ClientOptions, OrThrow } from './client.js';
// All of it, for only what a module exports so can be added to from outside.
export type * from './extension-classes.js';
