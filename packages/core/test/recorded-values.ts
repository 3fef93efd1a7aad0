/** Reads the values of docs/vectors/rpcudp-wire.json: `{$bytes}`, `{$float}`, `{$int}` and `{$map}` beside plain JSON. */
export function recordedValue(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(recordedValue);
  const [[kind, content]] = Object.entries(json) as [[string, unknown]];
  switch (kind) {
    case '$bytes':
      return new Uint8Array(Buffer.from(content as string, 'hex'));
    case '$float':
      return Number((content as string).replace('inf', 'Infinity'));
    case '$int':
      return BigInt(content as string);
    case '$map':
      return recordedMap(
        (content as [unknown, unknown][]).map(([key, value]) => [recordedValue(key), recordedValue(value)]),
      );
    default:
      throw new Error(`The vectors have an unknown kind of value: ${kind}`);
  }
}

function recordedMap(entries: [unknown, unknown][]): unknown {
  const textKeys = entries.every(([key]) => typeof key === 'string');
  return textKeys ? Object.fromEntries(entries as [string, unknown][]) : new Map(entries);
}

/** Whether a recorded value is, or holds, a float that is a whole number: JavaScript cannot tell it from an integer. */
export function holdsIntegralFloat(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false;
  if ('$float' in json) return Number.isSafeInteger(recordedValue(json));
  return Object.values(json).some(holdsIntegralFloat);
}
