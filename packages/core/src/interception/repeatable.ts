import { contextKey } from '../context-values.js';

/** Set on the client where the other side runs a call once however often it is made: it has a key that is known there. */
export const RUNS_ONCE = contextKey('rpcudp.runsOnce', false);
