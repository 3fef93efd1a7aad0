import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamSubject } from './stream-subject';

const FOLDER = join(__dirname, '../../peers');

/** Whether what others offer has been installed: it has dependencies and a lock file of its own. */
export function peersAreInstalled(): boolean {
  return existsSync(join(FOLDER, 'node_modules/.package-lock.json'));
}

/** A stream that a server of grpc-js answers with, of bytes as they are. */
export const grpcStream: StreamSubject = {
  name: 'grpc-js',
  serve: async () => (await adapter()).serve(),
  connect: async (server) => (await adapter()).connect(server),
};

async function adapter(): Promise<StreamSubject> {
  return (await import(join(FOLDER, 'grpc-js-stream.js'))) as StreamSubject;
}
