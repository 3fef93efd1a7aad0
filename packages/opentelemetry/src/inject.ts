import { propagation, type Context } from '@opentelemetry/api';

/** What the metadata of one call may take, in encoded bytes: a call with more fails. */
const METADATA_BYTES_MAX = 1_024;
/** What MessagePack adds to a text of such a size at most, and to an object of them. */
const BYTES_AROUND_TEXT = 3;
const BYTES_AROUND_OBJECT = 3;

/**
 * Adds what the global propagator says of a context to the metadata of a call, word by word, as long as there is room: telemetry
 * makes no call fail.
 */
export function inject(context: Context, metadata: Record<string, string>): void {
  const words: Record<string, string> = {};
  propagation.inject(context, words);
  for (const [key, word] of Object.entries(words))
    if (bytesOf({ ...metadata, [key]: word }) <= METADATA_BYTES_MAX) metadata[key] = word;
}

/** At most so many bytes. */
function bytesOf(metadata: Readonly<Record<string, string>>): number {
  const texts = Object.entries(metadata).flat();
  return texts.reduce((bytes, text) => bytes + BYTES_AROUND_TEXT + Buffer.byteLength(text), BYTES_AROUND_OBJECT);
}
