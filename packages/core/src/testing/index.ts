/**
 * @packageDocumentation
 * A network and a clock in memory, for testing services without sockets and without waiting: see `docs/guides/testing.md`.
 */
export { SimulatedNetwork } from './simulated-network.js';
export type { NetworkConditions } from './conditions.js';
export { SimulatedEndpoint } from './simulated-endpoint.js';
export { SimulatedClock } from './simulated-clock.js';
export { SeededRandom } from './random.js';
