/**
 * @packageDocumentation
 * Typed clients from the service class: both sides share one declaration.
 */
export { createClient } from './create-client.js';
export { orThrow, withOptions } from './views.js';
export type { Client, OrThrow } from './client.js';
