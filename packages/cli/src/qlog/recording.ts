import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { misuse } from '../failure.js';

/** A file that a qlog is written to. */
export interface Recording {
  readonly sink: WriteStream;
  /** Writes the rest. */
  end(): Promise<void>;
}

/** Opens a file for a qlog, and empties it. @throws CommandFailure if it cannot be written */
export async function openRecording(file: string): Promise<Recording> {
  const sink = createWriteStream(file);
  try {
    await once(sink, 'open');
  } catch (error) {
    throw misuse(`The file ${file} cannot be written: ${(error as Error).message}`, error);
  }
  // What goes wrong later ends the qlog, and no call.
  sink.on('error', (error) => process.stderr.write(`rpcudp: The file ${file} cannot be written: ${error.message}\n`));
  return {
    sink,
    end: async () => {
      if (sink.destroyed) return;
      sink.end();
      await once(sink, 'close').catch(() => undefined);
    },
  };
}
