/** What staying awake gains with one call in flight: the same subjects with and without, on both sides. */
import { bareDgram } from './bare-dgram';
import { framework } from './framework';
import type { Subject } from './subject';

/** Longer than any round trip on loopback takes. */
const BUSY_POLL_MS = 1;

/** The baseline first: the bare echo, which sleeps as programs do. */
export const busyPollSubjects: readonly Subject[] = [
  bareDgram,
  awake(bareDgram),
  framework('native'),
  framework('native', false, BUSY_POLL_MS),
  framework('native', true, BUSY_POLL_MS),
];

/** Never sleeps, whatever comes: the least that a round trip can cost then. The caller's half sleeps when it is closed. */
function awake(subject: Subject): Subject {
  return {
    name: `${subject.name}, awake`,
    serve: () => {
      stayAwake();
      return subject.serve();
    },
    connect: async (server) => {
      const connection = await subject.connect(server);
      const sleep = stayAwake();
      return {
        run: connection.run.bind(connection),
        close: () => {
          sleep();
          return connection.close();
        },
      };
    },
  };
}

/** Gives what ends it: as long as it goes on, the process does not end. */
function stayAwake(): () => void {
  let ended = false;
  const turn = (): void => {
    if (!ended) setImmediate(turn);
  };
  turn();
  return () => void (ended = true);
}
