/**
 * @packageDocumentation
 * One port, served by a worker on each core: `serveOnCores` where the program begins, `bindOnCore` in the script of its workers.
 */
export { serveOnCores, type CoresOptions } from './serve-on-cores.js';
export { bindOnCore, type CoreEndpointOptions } from './bind-on-core.js';
export type { Cores, CoreState, RestartOptions } from './cores.js';
export type { CoresDatagrams } from './switchboard.js';
export type { WorkerDeath } from './core-lane.js';
export type { ThreadEnding, ThreadOptions } from './core-thread.js';
