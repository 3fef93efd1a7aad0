/** What a handler got, in words that are the same everywhere. */
export function told(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value !== 'object') return `${typeof value} ${String(value)}`;
  if (Array.isArray(value)) return `[${value.map(told).join(', ')}]`;
  if (value instanceof Uint8Array) return toldBytes(value);
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (kind === 'Date') return `Date ${String((value as Date).getTime())}`;
  if (kind === 'Map' || kind === 'Set') return `${kind} ${told([...(value as Iterable<unknown>)])}`;
  return `object ${Object.entries(value)
    .map(([key, entry]) => `${key}: ${told(entry)}`)
    .join(', ')}`;
}

function toldBytes(bytes: Uint8Array): string {
  const kind = Buffer.isBuffer(bytes) ? 'Buffer' : 'Uint8Array';
  return `${kind} of ${bytes.length}`;
}
