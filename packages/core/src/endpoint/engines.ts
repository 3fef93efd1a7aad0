import type { Codec } from '../codec/codec.js';
import type { Engine, Millis, TransportName, WireName } from '../engine/engine.js';
import type { CongestionControl } from '../engine/native/congestion/controller.js';
import type { RetryBudgetOptions } from '../engine/native/associations/retry-budget.js';
import { NativeEngine } from '../engine/native/native-engine.js';
import type { NativeEngineOptions } from '../engine/native/native-options.js';
import { RpcudpEngine } from '../engine/rpcudp/rpcudp-engine.js';
import type { EndpointInterceptors } from '../interception/check-interceptors.js';
import type { Logger, LogLevel } from '../reporting/log.js';
import type { QlogSink } from '../reporting/qlog/qlog-sink.js';
import type { EndpointPorts } from '../ports.js';
import type { StartedCall } from '../calling/started-call.js';
import type { Security } from '../security/security-options.js';
import { credentialsOf } from './credentials.js';
import { EngineSet } from './engine-set.js';
import { hmacSha256 } from './hmac.js';

/** What an endpoint's driver is told once. Everything has been checked and defaulted. */
export interface DriverOptions {
  readonly wires: readonly WireName[];
  /** Whether to serve what tells peers what is served. */
  readonly reflection: boolean;
  /** Whether to serve what tells peers whether what is served can be called. */
  readonly health: boolean;
  /** Whether to serve what shows peers what the endpoint does. */
  readonly inspection: boolean;
  readonly codec: Codec;
  readonly timeoutMs: Millis;
  readonly maxPending: number;
  readonly maxRunning: number;
  readonly handlerTimeoutMs: Millis;
  readonly datagramBytes: number | 'probe';
  readonly congestionControl: CongestionControl;
  readonly messageBytesMax: number;
  readonly reassemblyBytesMax: number;
  readonly retryBudget: RetryBudgetOptions;
  readonly rpcudpExcessBytesPerSecond: number;
  /** How it protects what it sends and receives on the native wire; undefined if it does not. */
  readonly security: Security | undefined;
  /** Where it writes what happens in it, if anywhere. */
  readonly qlog: QlogSink | undefined;
  readonly interceptors: EndpointInterceptors;
  readonly logger: Logger | undefined;
  readonly logLevel: LogLevel;
}

/** What the native engine is told of them. */
export function nativeOptions(options: DriverOptions, ports: EndpointPorts): NativeEngineOptions {
  const { security, maxRunning, datagramBytes, congestionControl, messageBytesMax, reassemblyBytesMax, retryBudget } =
    options;
  return {
    runningHandlersMax: maxRunning,
    datagramBytes,
    congestionControl,
    messageBytesMax,
    reassemblyBytesMax,
    retryBudget,
    mac: hmacSha256,
    bulkStart: bulkStartOf(options.codec),
    datagramsAreFree: ports.hasSentAll && (() => ports.hasSentAll!()),
    credentials: security && credentialsOf(security, ports),
    share: ports.shared,
  };
}

/** What the engine asks a codec. It may be anybody's, and an engine does not throw. */
function bulkStartOf({ bulk }: Codec): NativeEngineOptions['bulkStart'] {
  if (bulk === undefined) return undefined;
  return (first, totalBytes) => {
    try {
      return bulk.startIn(first, totalBytes);
    } catch {
      return undefined;
    }
  };
}

/** How the engine of each wire is made. A further wire is a line here. */
export const ENGINES: Record<WireName, (options: DriverOptions, ports: EndpointPorts) => Engine<StartedCall>> = {
  native: (options, ports) => new NativeEngine(nativeOptions(options, ports), ports.random, ports.now()),
  rpcudp: ({ maxRunning, handlerTimeoutMs, rpcudpExcessBytesPerSecond: excessBytesPerSecond }, { random, shared }) =>
    new RpcudpEngine({ runningHandlersMax: maxRunning, handlerTimeoutMs, excessBytesPerSecond, share: shared }, random),
};

/** The engines of the wires that an endpoint speaks, each with the codec of its wire. */
export function enginesOf(
  options: DriverOptions,
  ports: EndpointPorts,
  codecs: ReadonlyMap<TransportName, Codec>,
): EngineSet {
  return new EngineSet(options.wires.map((wire) => ENGINES[wire]({ ...options, codec: codecs.get(wire)! }, ports)));
}
