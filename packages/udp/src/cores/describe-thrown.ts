import { inspectOption } from '@rpcudp/core/endpoint';

/** What a worker threw, as a text. It comes from another thread, whose errors need not be those of this one. */
export function describeThrown(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) return inspectOption(thrown);
  return 'stack' in thrown && typeof thrown.stack === 'string' ? thrown.stack : String(thrown.message);
}
