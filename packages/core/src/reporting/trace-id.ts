/** `traceparent` of W3C Trace Context: version, trace id, the parent's id, flags. Later versions may have more. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-((?!0{32})[\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-|$)/;

/**
 * The trace that a call belongs to, by what travels beside its arguments: 32 hexadecimal digits and nothing else, so that it may
 * stand in a log as it is, whoever sent it. Undefined if there is none, or no such thing.
 */
export function traceIdOf(traceparent: unknown): string | undefined {
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
}
