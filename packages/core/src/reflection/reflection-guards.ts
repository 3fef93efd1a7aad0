import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ServiceGuards } from '../service/service-guards.js';

/** The guards of `Reflection`, written by hand: the generator, which could write them, needs this package built. */
export const REFLECTION_GUARDS = {
  service: 'rpcudp.Reflection',
  methods: {
    about: { args: texts(0), parameters: [], returns: 'EndpointDescription' },
    services: { args: texts(0), parameters: [], returns: 'ServiceDescription[]' },
    service: { args: texts(1), parameters: [{ name: 'name', type: 'string' }], returns: 'ServiceDescription' },
  },
} satisfies ServiceGuards;

/** So many strings, and nothing else. */
function texts(count: number): StandardSchemaV1 {
  const message = count === 0 ? 'expected no arguments' : 'expected one string';
  return {
    '~standard': {
      version: 1,
      vendor: 'rpcudp',
      validate: (args) => {
        const fits = Array.isArray(args) && args.length === count && args.every((arg) => typeof arg === 'string');
        return fits ? { value: args } : { issues: [{ message }] };
      },
    },
  };
}
