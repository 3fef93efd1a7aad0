/**
 * @packageDocumentation
 * What `Reflection` tells, for those who ask an endpoint what it serves: see `docs/guides/reflection.md`.
 */
export type { EndpointDescription, MethodDescription, ServiceDescription } from './descriptions.js';
export type { ReflectedEndpoint } from './reflection.js';
export type { ServedService } from './describe.js';
