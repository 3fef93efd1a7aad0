import { NATS_SERVER } from './nats-server';

/** Where there is no nats-server, what needs it is skipped; `npm test` says so in its last lines. */
const there = NATS_SERVER !== undefined;

export const describeWithNats = there ? describe : describe.skip;

/** A title that says why it was skipped, where it was. */
export const withNats = (title: string): string =>
  there ? title : `${title} (NOT RUN: there is no nats-server here; apt-get install nats-server)`;
