import type { Codec } from '../codec/codec.js';
import type { CallEngine, TransportName } from '../engine/engine.js';
import { Health, type HealthSource } from '../health/health.js';
import { HEALTH_GUARDS } from '../health/health-guards.js';
import { Inspection } from '../inspection/inspection.js';
import { INSPECTION_GUARDS } from '../inspection/inspection-guards.js';
import type { InspectionSource } from '../inspection/inspection-source.js';
import type { NamedMethod, UnknownMethod } from '../reporting/log-entries.js';
import { wireMethodOf } from '../wire-method.js';
import type { ServedService } from '../reflection/describe.js';
import { Reflection } from '../reflection/reflection.js';
import { REFLECTION_GUARDS } from '../reflection/reflection-guards.js';
import type { ServerInterceptor } from '../interceptor.js';
import type { KnowsClass } from '../service/class-types.js';
import { contractOf, type MethodContract } from '../service/contract.js';
import { declaredServices } from '../service/declared-services.js';
import { invalidService } from '../service/names.js';
import { withGuards } from '../service/service-guards.js';
import { typeDoubts, type TypeDoubts } from '../service/type-doubts.js';
import type { Authorize } from '../security/security-options.js';
import { Authorization } from './authorization.js';
import type { ServedMethod } from './handling.js';
import { compilePipeline } from './pipeline.js';

/** What a {@link Registry} works with. */
export interface RegistryOptions {
  readonly codec: Pick<Codec, 'knowsClass'>;
  /** Whether to serve reflection. */
  readonly reflection: boolean;
  /** What to serve the health of; undefined if it is not served. */
  readonly health?: HealthSource | undefined;
  /** What to serve inspection of; undefined if it is not served. */
  readonly inspected?: Omit<InspectionSource, 'nameOf'> | undefined;
  /** Says who may call; undefined if everybody may. */
  readonly authorize?: Authorize | undefined;
  /** What stands around the handlers of all services, outermost first. */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
}

type Naming = Pick<CallEngine, 'wire' | 'traits' | 'wireMethod'>;

/** The services of one endpoint, by what each wire calls their methods. */
export class Registry {
  readonly #wires: readonly Naming[];
  readonly #knowsClass: KnowsClass;
  readonly #authorization: Authorization | undefined;
  readonly #interceptors: readonly ServerInterceptor[];
  /** By name. */
  readonly #services = new Map<string, ServedService>();
  readonly #methods = new Map<TransportName, Map<string | number, ServedMethod>>();

  constructor(
    wires: readonly Naming[],
    { codec, reflection, health, inspected, authorize, interceptors = [] }: RegistryOptions,
  ) {
    this.#wires = wires;
    this.#knowsClass = (type) => codec.knowsClass?.(type);
    this.#authorization = authorize && new Authorization(authorize);
    this.#interceptors = interceptors;
    for (const { wire } of wires) this.#methods.set(wire, new Map());
    if (reflection) this.#serveReflection();
    if (health !== undefined)
      this.#serveOwn({ contract: contractOf(Health), implementation: new Health(health), guards: HEALTH_GUARDS });
    if (inspected !== undefined) this.#serveInspection(inspected);
  }

  /** What is served on a wire now and later, by what that wire calls it. */
  methodsOn(wire: TransportName): ReadonlyMap<string | number, ServedMethod> {
    return this.#methods.get(wire)!;
  }

  /** Whether a service of a name is served. */
  serves(service: string): boolean {
    return this.#services.has(service);
  }

  /** What can be said of a method that a request on a wire names, and that is not served there. */
  describeUnknown(wire: TransportName, key: string | number): UnknownMethod {
    const naming = this.#wires.find((each) => each.wire === wire)!;
    const declared = declaredServices()
      .flatMap(({ methods }) => [...methods.values()])
      .find((method) => wireMethodOf(naming, method).key === key);
    const served = new Set(Array.from(this.#methods.get(wire)!.values(), ({ contract }) => contract.service));
    return { declared, key, served: [...served] };
  }

  /** A method by what a wire calls it, if it is served there, or a service that this process has declared has it. */
  nameOf(wire: TransportName, key: string | number): NamedMethod | undefined {
    return this.#methods.get(wire)?.get(key)?.contract ?? this.describeUnknown(wire, key).declared;
  }

  /**
   * Adds a service, or nothing at all.
   *
   * @param wires Those to serve it on.
   * @param own Whether it tells of the endpoint itself.
   * @returns What is doubtful in it and can be served all the same.
   * @throws RpcError `INVALID_SERVICE` if the contract cannot be served, or names collide with what is served already.
   */
  add(service: ServedService, wires = this.#wires, own = false): TypeDoubts | undefined {
    const { guards } = service;
    const contract = guards === undefined ? service.contract : withGuards(service.contract, guards);
    if (this.#services.has(contract.name)) {
      throw invalidService(`This endpoint serves a service called "${contract.name}" already. Names must differ.`);
    }
    const served = [...contract.methods.values()].map((method) => ({
      ...this.#servedMethod(method, service),
      own,
    }));
    for (const method of served) this.#checkFree(method.contract, wires);
    this.#services.set(contract.name, service);
    for (const method of served) {
      for (const wire of wires) this.#methods.get(wire.wire)!.set(wireMethodOf(wire, method.contract).key, method);
    }
    return typeDoubts(contract, service.implementation, this.#knowsClass);
  }

  #serveReflection(): void {
    const services = { [Symbol.iterator]: () => this.#services.values() };
    const implementation = new Reflection({ wires: this.#wires.map(({ wire }) => wire), services });
    this.#serveOwn({ contract: contractOf(Reflection), implementation, guards: REFLECTION_GUARDS });
  }

  #serveInspection(source: Omit<InspectionSource, 'nameOf'>): void {
    const implementation = new Inspection({ ...source, nameOf: (hash) => this.nameOf('native', hash) });
    this.#serveOwn({ contract: contractOf(Inspection), implementation, guards: INSPECTION_GUARDS });
  }

  /** Only where methods are named with their service: elsewhere those called `about` and `watch` are anybody's. */
  #serveOwn(service: ServedService): void {
    this.add(
      service,
      this.#wires.filter(({ traits }) => traits.namesServices),
      true,
    );
  }

  #checkFree(method: MethodContract, wires: readonly Naming[]): void {
    for (const wire of wires) {
      const other = this.#methods.get(wire.wire)!.get(wireMethodOf(wire, method).key)?.contract;
      if (other === undefined) continue;
      const both = `${other.service}.${other.property} and ${method.service}.${method.property}`;
      throw invalidService(
        `${both} ${wire.traits.describeCollision(method.name)} on the ${wire.wire} wire. Give one of them another name with @RpcMethod({ name }).`,
      );
    }
  }

  #servedMethod(
    contract: MethodContract,
    { implementation, interceptors = [] }: ServedService,
  ): Omit<ServedMethod, 'own'> {
    if (typeof (implementation as Record<string, unknown>)[contract.property] !== 'function') {
      throw invalidService(`The object served as ${contract.service} has no method "${contract.property}".`);
    }
    // What a contract holds was checked when its class was decorated.
    const used = (contract.interceptors ?? []) as readonly ServerInterceptor[];
    const options = {
      knowsClass: this.#knowsClass,
      authorization: this.#authorization,
      interceptors: [...this.#interceptors, ...interceptors, ...used],
    };
    return { contract, pipeline: compilePipeline(contract, implementation, options) };
  }
}
