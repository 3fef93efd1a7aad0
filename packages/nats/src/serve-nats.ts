import { nuid, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { RpcError, type ServiceContract } from '@rpcudp/core';
import {
  drainMsOf,
  graceMsOf,
  isServiceDefinition,
  serviceOf,
  TransportDriver,
  type CloseOptions,
  type DrainOptions,
  type Refusal,
  type ServeOptions,
  type ServiceInstance,
  type StartedCall,
  type TransportDrainReport,
  type TransportStats,
} from '@rpcudp/core/endpoint';
import type { MethodContract, ServiceDefinition } from '@rpcudp/core/service';
import { udpMetadata } from './discovery.js';
import { WINDOW_BYTES, WINDOW_ITEMS, QUEUE_GROUP } from './limits.js';
import { NatsLink } from './link.js';
import { MicroService, type MicroDescription } from './micro-service.js';
import { CANCEL_TOKEN, methodSubject, tokenOf } from './names.js';
import { NatsEngine } from './nats-engine.js';
import { checkOptions, type NatsOptions } from './options.js';
import { portsOf } from './ports.js';

/** What {@link serveNats} takes beside the connection and the service. */
export interface ServeNatsOptions extends NatsOptions, ServeOptions {
  /** The queue group: its members share the calls, so that each is run by one of them. Default: `'q'`. */
  readonly queue?: string;
  /** How many handlers may run at once; a call beyond is refused with `RESOURCE_EXHAUSTED`. Default: 4,096. */
  readonly maxRunning?: number;
  /** What `nats micro` shows beside the service's name. Default: the version that the class says, or `'0.0.0'`. */
  readonly version?: string;
  /** Words that `$SRV.INFO` tells of the service. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Where the same service is reached by UDP, `host:port`, for `natsDiscovery()`. */
  readonly udp?: string;
}

/** A service that is served over NATS. */
export interface NatsService extends AsyncDisposable {
  /** Its name and id among those that NATS lists. */
  readonly name: string;
  readonly id: string;
  /** Counters since it was served. */
  stats(): Pick<TransportStats, 'requests' | 'dropped' | 'runningHandlers'>;

  /**
   * Takes no more calls, which go to the others of its group, and answers those that have come: resolves when that is done, or the
   * time is over. Close it then. A restart that drains first loses no call.
   */
  drain(options?: DrainOptions): Promise<TransportDrainReport>;

  /** Takes no more calls, gives running handlers `graceMs` to finish, and aborts those that are left. The connection stays. */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Serves the remote methods of an object over a NATS connection: an instance of a class decorated with `@RpcService`, or any
 * object together with its contract. Each method is a subject, `rpc.<Service>.<method>`, in a queue group, so that all who serve
 * it share its calls. `nats micro list` and its siblings show it.
 *
 * @throws RpcError `INVALID_SERVICE` as `endpoint.serve()` does, or `INVALID_ARGUMENT`
 */
export function serveNats(
  connection: NatsConnection,
  instance: ServiceInstance,
  options?: ServeNatsOptions,
): NatsService;
export function serveNats<S extends object>(
  connection: NatsConnection,
  contract: ServiceDefinition<S>,
  implementation: S,
  options?: ServeNatsOptions,
): NatsService;
export function serveNats(
  connection: NatsConnection,
  first: object,
  ...others: [second?: object, third?: object]
): NatsService {
  const { served, options } = split(first, others);
  return new ServedOverNats(connection, served, options);
}

type ServedService = ReturnType<typeof serviceOf>;

/** Those options that are `serve()`'s own go there, which checks them. */
function split(
  first: object,
  [second, third]: readonly [object?, object?],
): {
  served: ServedService;
  options: ServeNatsOptions;
} {
  const isContractFirst = isServiceDefinition(first);
  const options: ServeNatsOptions = (isContractFirst ? third : second) ?? {};
  const own = Object.fromEntries(
    Object.entries(options).filter(([name]) => name === 'guards' || name === 'interceptors'),
  );
  return {
    served: isContractFirst ? serviceOf(first, second === undefined ? [] : [second, own]) : serviceOf(first, [own]),
    options,
  };
}

class ServedOverNats implements NatsService {
  readonly id = nuid.next();
  readonly name: string;
  readonly #link: NatsLink;
  readonly #engine: NatsEngine<StartedCall>;
  readonly #driver: TransportDriver;
  readonly #micro: MicroService;
  /** Of the methods: others go on until all is answered. */
  readonly #methods: Subscription[] = [];
  #drained: Promise<TransportDrainReport> | undefined;
  #closed: Promise<void> | undefined;

  constructor(connection: NatsConnection, served: ServedService, options: ServeNatsOptions) {
    const { contract } = served;
    const { queue = QUEUE_GROUP, maxRunning } = options;
    checkQueue(queue);
    udpMetadata(options.udp);
    const checked = checkOptions(connection, options, maxRunning === undefined ? {} : { maxRunning });
    const { prefix, inbox, heartbeatMs, driver } = checked;
    this.name = tokenOf(contract.name);
    this.#link = new NatsLink(connection, {
      stateChanged: () => this.#does(() => this.#engine.linkChanged()),
      forbidden: (_subject, error) => this.#driver.failed(error),
    });
    const ports = portsOf(() => this.#link.received);
    this.#engine = new NatsEngine({
      link: this.#link,
      prefix,
      inbox,
      codec: driver.codec,
      window: { items: WINDOW_ITEMS, bytes: WINDOW_BYTES },
      runningMax: driver.maxRunning,
      heartbeatMs,
      now: () => ports.now(),
      observer: { ended: (method, tookMs, refusal) => this.#count(method, tookMs, refusal) },
    });
    this.#driver = new TransportDriver(ports, this.#engine, driver);
    this.#driver.serve(served);
    this.#link.subscribe(`${inbox}.*`, (message) => this.#does(() => this.#engine.received(message)));
    const cancels = `${prefix}.${this.name}.${CANCEL_TOKEN}`;
    this.#link.subscribe(cancels, (message) => this.#does(() => this.#engine.cancelled(message)));
    for (const method of contract.methods.values()) this.#subscribe(method, { prefix, queue });
    this.#micro = new MicroService(this.#link, describe(this.id, contract, { ...options, prefix, queue }));
  }

  stats(): Pick<TransportStats, 'requests' | 'dropped' | 'runningHandlers'> {
    const { requests, dropped, runningHandlers } = this.#driver.stats();
    return { requests, dropped, runningHandlers };
  }

  async drain(options: DrainOptions = {}): Promise<TransportDrainReport> {
    const timeoutMs = drainMsOf(options);
    return (this.#drained ??= this.#drain(timeoutMs));
  }

  close(options: CloseOptions = {}): Promise<void> {
    const graceMs = graceMsOf(options);
    return (this.#closed ??= this.#close(graceMs));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #drain(timeoutMs: number): Promise<TransportDrainReport> {
    await this.#leaveGroup();
    return this.#driver.drain(timeoutMs);
  }

  async #close(graceMs: number): Promise<void> {
    await this.#leaveGroup();
    await this.#driver.close(graceMs);
    this.#link.stop();
  }

  async #leaveGroup(): Promise<void> {
    await Promise.all(this.#methods.splice(0).map((subscription) => this.#link.drain(subscription)));
  }

  #subscribe(method: MethodContract, { prefix, queue }: { readonly prefix: string; readonly queue: string }): void {
    const key = `${this.name}.${tokenOf(method.name)}`;
    const subject = methodSubject(prefix, method.service, method.name);
    const subscription = this.#link.subscribe(
      subject,
      (message) => this.#does(() => this.#engine.requested(key, message)),
      queue,
    );
    this.#methods.push(subscription);
  }

  /** Nothing that one message causes may take the process down. */
  #does(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#driver.failed(error);
    }
    this.#driver.changed();
  }

  #count(method: string, tookMs: number, refusal: Refusal | undefined): void {
    const endpoint = method.slice(method.indexOf('.') + 1);
    this.#micro.count(endpoint, tookMs, refusal && `${refusal.code}: ${refusal.message}`);
  }
}

interface Naming extends ServeNatsOptions {
  readonly prefix: string;
  readonly queue: string;
}

function describe(id: string, { name, version, doc, methods }: ServiceContract, options: Naming): MicroDescription {
  const { prefix, queue, metadata = {} } = options;
  const udp = udpMetadata(options.udp);
  return {
    id,
    name: tokenOf(name),
    version: semver(options.version ?? version),
    description: doc ?? '',
    metadata: { ...metadata, ...udp, 'rpcudp.service': name, 'rpcudp.protocol': '1' },
    endpoints: [...methods.values()].map((method) => ({
      name: tokenOf(method.name),
      subject: methodSubject(prefix, name, method.name),
      queue_group: queue,
      metadata: {
        'rpcudp.method': method.name,
        'rpcudp.delivery': method.delivery,
        'rpcudp.shape': method.stream ?? method.shape,
      },
    })),
  };
}

/** Tools take no other version. */
function semver(version: string | undefined): string {
  return version !== undefined && /^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/.test(version) ? version : '0.0.0';
}

function checkQueue(queue: unknown): void {
  if (typeof queue === 'string' && /^[^\s.*>]+(\.[^\s.*>]+)*$/.test(queue)) return;
  throw new RpcError('INVALID_ARGUMENT', 'queue must be the name of a queue group: text without spaces, "*" and ">".');
}
