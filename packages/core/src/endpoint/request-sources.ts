import type { Destination } from '../calling/destination.js';
import type { PeerOptions } from '../calling/endpoint-channel.js';
import type { StartedCall } from '../calling/started-call.js';
import type { RpcPeer } from '../channel.js';
import type { Codec } from '../codec/codec.js';
import type { Engine, TransportName } from '../engine/engine.js';
import type { EndpointPorts } from '../ports.js';
import type { RequestSource } from '../serving/handling.js';
import type { Registry } from '../serving/registry.js';
import type { EngineSet } from './engine-set.js';

/** What requests are handled with, whichever engine they come from. */
export interface SourceParts {
  readonly codecs: ReadonlyMap<TransportName, Codec>;
  readonly registry: Registry;
  readonly clocks: Pick<EndpointPorts, 'now' | 'wallClock'>;
  /** Called after an engine was given something to do for a stream. */
  readonly changed: () => void;
  readonly channel: (destination: Destination, options: PeerOptions) => RpcPeer;
}

/** Each engine as a source of requests. */
export function requestSources(
  engines: EngineSet,
  parts: SourceParts,
): ReadonlyMap<Engine<StartedCall>, RequestSource> {
  return new Map(engines.all.map((engine) => [engine, sourceOf(engine, parts)]));
}

function sourceOf(engine: Engine<StartedCall>, parts: SourceParts): RequestSource {
  const { wire, traits } = engine;
  const { codecs, registry, clocks, changed, channel } = parts;
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
    channelTo: ({ from, via }) => channel(via ?? from, { wire }),
  };
}
