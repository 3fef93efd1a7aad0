import type { Engine, WireMethod, WireName } from '../engine/engine.js';
import { contractOf, type MethodContract, type ServiceContract } from '../service/contract.js';
import { guardFor, resultGuardFor, type Guard, type ResultGuard } from '../service/guard.js';
import { invalidService } from '../service/names.js';
import type { AnyClass } from '../service/metadata.js';

/** A method of a served object. */
export interface ServedMethod {
  readonly contract: MethodContract;
  readonly implementation: Readonly<Record<string, (...args: unknown[]) => unknown>>;
  readonly guard: Guard | undefined;
  readonly resultGuard: ResultGuard | undefined;
}

type Naming = Pick<Engine, 'wire' | 'wireMethod'>;

/** The services of one endpoint, by what each wire calls their methods. */
export class Registry {
  readonly #wires: readonly Naming[];
  readonly #services = new Set<string>();
  readonly #methods = new Map<WireName, Map<string | number, ServedMethod>>();

  constructor(wires: readonly Naming[]) {
    this.#wires = wires;
    for (const { wire } of wires) this.#methods.set(wire, new Map());
  }

  /** The method that a request names, or undefined. */
  find(wire: WireName, key: string | number): ServedMethod | undefined {
    return this.#methods.get(wire)?.get(key);
  }

  /**
   * Adds a service, or nothing at all.
   *
   * @throws RpcError `INVALID_SERVICE` if the contract cannot be served, or names collide with what is served already.
   */
  add(contract: ServiceContract, implementation: object): void {
    if (this.#services.has(contract.name)) {
      throw invalidService(`This endpoint serves a service called "${contract.name}" already. Names must differ.`);
    }
    const served = [...contract.methods.values()].map((method) => servedMethod(method, implementation));
    for (const method of served) this.#checkFree(method.contract);
    this.#services.add(contract.name);
    for (const method of served) {
      for (const wire of this.#wires)
        this.#methods.get(wire.wire)!.set(wireMethodOf(wire, method.contract).key, method);
    }
  }

  #checkFree(method: MethodContract): void {
    for (const wire of this.#wires) {
      const other = this.#methods.get(wire.wire)!.get(wireMethodOf(wire, method).key)?.contract;
      if (other === undefined) continue;
      const both = `${other.service}.${other.property} and ${method.service}.${method.property}`;
      const how = wire.wire === 'native' ? 'have the same hash' : `are both called "${method.name}"`;
      throw invalidService(
        `${both} ${how} on the ${wire.wire} wire. Give one of them another name with @RpcMethod({ name }).`,
      );
    }
  }
}

/**
 * The contract of an object that is about to be served.
 *
 * @throws RpcError `INVALID_SERVICE` if it is not an instance of a decorated class.
 */
export function contractOfInstance(instance: object | null | undefined): ServiceContract {
  if (instance === null || instance === undefined) throw invalidService('serve() got nothing to serve.');
  if (typeof instance === 'function') {
    const name = instance.name === '' ? 'the class' : instance.name;
    throw invalidService(`serve() takes an instance and got a class. Write endpoint.serve(new ${name}()).`);
  }
  const constructor: unknown = instance.constructor;
  if (typeof constructor !== 'function' || constructor === Object) {
    throw invalidService('serve() got a plain object. Give it the contract first: endpoint.serve(contract, object).');
  }
  return contractOf(constructor as AnyClass);
}

function servedMethod(contract: MethodContract, implementation: object): ServedMethod {
  const handler = (implementation as Record<string, unknown>)[contract.property];
  if (typeof handler !== 'function') {
    throw invalidService(`The object served as ${contract.service} has no method "${contract.property}".`);
  }
  return {
    contract,
    implementation: implementation as ServedMethod['implementation'],
    guard: guardFor(contract, handler as (...args: never[]) => unknown),
    resultGuard: resultGuardFor(contract),
  };
}

const utf8 = new TextEncoder();

/** What a wire calls a method. */
export function wireMethodOf(wire: Naming, method: MethodContract): WireMethod {
  return wire.wireMethod(utf8.encode(method.service), utf8.encode(method.name));
}
