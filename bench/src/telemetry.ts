/** What telemetry costs: the same calls without it, with all of it, and with a trace for one call in a hundred. */
import { framework } from './framework';
import type { Subject } from './subject';

/** The baseline first. */
export const telemetrySubjects: readonly Subject[] = [
  framework('native'),
  withTelemetry(framework('native'), 0.01),
  withTelemetry(framework('native'), 1),
];

/** @param share Of traces that are kept; durations are measured of all calls. */
function withTelemetry(subject: Subject, share: number): Subject {
  const start = async (): Promise<void> => {
    // Not loaded by those who are measured without it.
    const { startTelemetry } = await import('./telemetry-sdk');
    startTelemetry(share);
  };
  return {
    name: `${subject.name}, OpenTelemetry, ${100 * share} % of traces`,
    serve: () => start().then(() => subject.serve()),
    connect: (server) => start().then(() => subject.connect(server)),
  };
}
