import type { Destination } from '../calling/destination.js';
import type { PeerOptions } from '../calling/endpoint-channel.js';
import type { StartedCall } from '../calling/started-call.js';
import type { RpcPeer } from '../channel.js';
import type { Codec } from '../codec/codec.js';
import type { CallEngine, Engine, TransportName } from '../engine/engine.js';
import type { EndpointPorts } from '../ports.js';
import type { RequestSource } from '../serving/handling.js';
import type { Registry } from '../serving/registry.js';
import type { EngineSet } from './engine-set.js';

/** What requests are handled with, whatever carries them. */
export interface SourceParts {
  readonly codecs: ReadonlyMap<TransportName, Codec>;
  readonly registry: Registry;
  readonly clocks: Pick<EndpointPorts, 'now' | 'wallClock'>;
  /** Called after an engine was given something to do for a stream. */
  readonly changed: () => void;
}

/** The same for an endpoint, which can call whoever has called it. */
export interface EndpointSourceParts extends SourceParts {
  readonly channel: (destination: Destination, options: PeerOptions) => RpcPeer;
}

/** Each engine as a source of requests. */
export function requestSources(
  engines: EngineSet,
  parts: EndpointSourceParts,
): ReadonlyMap<Engine<StartedCall>, RequestSource> {
  const { channel } = parts;
  return new Map(
    engines.all.map((engine) => {
      const { wire } = engine;
      return [engine, requestSource(engine, parts, ({ from, via }) => channel(via ?? from, { wire }))];
    }),
  );
}

/** An engine as a source of requests. @param channelTo Gives a channel back to who has called. */
export function requestSource(
  engine: CallEngine<StartedCall>,
  { codecs, registry, clocks, changed }: SourceParts,
  channelTo: RequestSource['channelTo'],
): RequestSource {
  const { wire, traits } = engine;
  return {
    wire,
    replier: engine,
    streams: engine.streams && { items: engine.streams, changed },
    codec: codecs.get(wire)!,
    refuses: traits.refuses,
    carriesMetadata: traits.carriesMetadata,
    methods: registry.methodsOn(wire),
    clocks,
    describeUnknown: (key) => registry.describeUnknown(wire, key),
    channelTo,
  };
}
