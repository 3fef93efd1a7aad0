import type { Millis } from '../engine/engine.js';
import type { EndpointPorts } from '../ports.js';
import type { EndpointEvents } from '../reporting/events.js';
import { MethodNames } from './method-names.js';
import { QlogWriter, type QlogCounts } from '../reporting/qlog/qlog-writer.js';
import type { QlogSink } from '../reporting/qlog/qlog-sink.js';
import type { EngineSet } from './engine-set.js';

/** What a qlog of an endpoint works with. */
export interface EndpointQlogParts {
  readonly ports: EndpointPorts;
  readonly engines: EngineSet;
  readonly events: EndpointEvents;
}

/** Has a sink, if there is one, told of what happens in an endpoint; gives what hands it the last of it. */
export function openQlog(
  sink: QlogSink | undefined,
  { ports, engines, events }: EndpointQlogParts,
  counters: { readonly qlog: QlogCounts },
): (() => void) | undefined {
  if (sink === undefined) return undefined;
  const now = (): Millis => ports.now();
  // Hashes travel on the native wire alone.
  const native = engines.all.find(({ wire }) => wire === 'native');
  const writer = new QlogWriter(
    {
      sink,
      nameOf: native === undefined ? () => undefined : new MethodNames(native, now).of,
      now,
      wallClock: () => ports.wallClock(),
      defer: (callback) => ports.defer(callback),
      failed: (error) => events.internalError(error),
    },
    counters.qlog,
  );
  events.observers.add(writer.write);
  return writer.flush;
}
