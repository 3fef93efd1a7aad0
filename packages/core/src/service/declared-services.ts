import { DECLARED_SERVICES_MAX } from '../limits.js';
import { contractOf, type ServiceContract, type ServiceDefinition } from './contract.js';

/** Weak, for a program may declare services that it drops again. */
const declared: WeakRef<ServiceDefinition<unknown>>[] = [];

/** Remembers a service that this process declares, whether it serves it, calls it, or neither. */
export function rememberService(definition: ServiceDefinition<unknown>): void {
  if (declared.length < DECLARED_SERVICES_MAX) declared.push(new WeakRef(definition));
}

/** The services that this process has declared, as far as they are remembered: for what is said to people. */
export function declaredServices(): ServiceContract[] {
  return declared.flatMap((reference) => {
    const definition = reference.deref();
    try {
      return definition === undefined ? [] : [contractOf(definition)];
    } catch {
      // Whoever uses a class that is not fit to be a service hears of it then.
      return [];
    }
  });
}
