import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ServiceGuards } from '../service/service-guards.js';

const ARGS: StandardSchemaV1 = {
  '~standard': {
    version: 1,
    vendor: 'rpcudp',
    validate: (args) => {
      const fits = Array.isArray(args) && args.length <= 1 && (args[0] === undefined || typeof args[0] === 'string');
      return fits ? { value: args } : { issues: [{ message: 'expected a name, or nothing' }] };
    },
  },
};
const METHOD = {
  args: ARGS,
  parameters: [{ name: 'service', type: 'string', optional: true }],
  returns: "'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN'",
};

/** The guards of `Health`, written by hand: the generator, which could write them, needs this package built. */
export const HEALTH_GUARDS = {
  service: 'rpcudp.Health',
  methods: { check: METHOD, watch: METHOD },
} satisfies ServiceGuards;
