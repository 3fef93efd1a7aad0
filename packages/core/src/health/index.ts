/**
 * @packageDocumentation
 * `Health`, the service that tells whether an endpoint can be called, and what an endpoint keeps for that: see
 * `docs/guides/health-and-draining.md`.
 */
export { Health, type HealthSource } from './health.js';
export type { EndpointHealth } from './endpoint-health.js';
export type { HealthStatus, SettableStatus } from './health-status.js';
