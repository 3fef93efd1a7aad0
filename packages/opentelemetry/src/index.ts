/**
 * @packageDocumentation
 * Traces and metrics of calls for OpenTelemetry, by its stable conventions for RPC. See `docs/guides/observability.md`.
 */
export { instrument, type InstrumentOptions } from './instrument.js';
export { observe, type ObserveOptions, type Observed } from './observe.js';
