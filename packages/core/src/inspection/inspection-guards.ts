import type { StandardSchemaV1 } from '@standard-schema/spec';
import { INSPECTION_INTERVAL_MS_MAX, INSPECTION_INTERVAL_MS_MIN } from '../limits.js';
import type { ServiceGuards } from '../service/service-guards.js';
import { INSPECTION_NAME } from './call-recorder.js';

const OPTIONS = fitting(
  areOptions,
  `expected { intervalMs }, from ${INSPECTION_INTERVAL_MS_MIN} to ${INSPECTION_INTERVAL_MS_MAX}`,
);
const OPTIONS_PARAMETER = { name: 'options', type: '{ intervalMs?: number }', optional: true };

/** The guards of `Inspection`, written by hand: the generator, which could write them, needs this package built. */
export const INSPECTION_GUARDS = {
  service: INSPECTION_NAME,
  methods: {
    snapshot: {
      args: fitting((args) => args.length === 0, 'expected no arguments'),
      parameters: [],
      returns: 'InspectionUpdate',
    },
    watch: { args: OPTIONS, parameters: [OPTIONS_PARAMETER], returns: 'InspectionUpdate' },
    packets: { args: OPTIONS, parameters: [OPTIONS_PARAMETER], returns: 'PacketsUpdate' },
  },
} satisfies ServiceGuards;

function fitting(fits: (args: readonly unknown[]) => boolean, message: string): StandardSchemaV1 {
  return {
    '~standard': {
      version: 1,
      vendor: 'rpcudp',
      validate: (args) => (Array.isArray(args) && fits(args) ? { value: args } : { issues: [{ message }] }),
    },
  };
}

function areOptions([options = {}, ...more]: readonly unknown[]): boolean {
  if (typeof options !== 'object' || options === null || more.length > 0) return false;
  const { intervalMs = INSPECTION_INTERVAL_MS_MIN, ...others } = options as { readonly intervalMs?: unknown };
  if (Object.keys(others).length > 0 || typeof intervalMs !== 'number') return false;
  return intervalMs >= INSPECTION_INTERVAL_MS_MIN && intervalMs <= INSPECTION_INTERVAL_MS_MAX;
}
