import type { IncomingMessage } from 'node:http';
import type { CallRequest } from './shared/messages.js';

/** A request that is none, with the status that says so. */
export class BadRequest extends Error {
  readonly status: 400 | 413;

  constructor(status: 400 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/** Arguments of one call as JSON, in bytes: more than anybody types, and a file of a few megabytes. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
const TIMEOUT_MS_MAX = 2_147_483_647;

/** @throws BadRequest */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new BadRequest(413, `A request has at most ${BODY_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    throw new BadRequest(400, 'The body of a request is JSON.');
  }
}

/** @throws BadRequest */
export function checkCall(body: unknown): CallRequest {
  const { service, method, delivery, shape, stream, args, timeoutMs } = (body ?? {}) as Partial<
    Record<keyof CallRequest, unknown>
  >;
  const words = [service, method, delivery, shape, stream ?? ''];
  const fits =
    words.every((word) => typeof word === 'string') &&
    Array.isArray(args) &&
    typeof timeoutMs === 'number' &&
    timeoutMs >= 1 &&
    timeoutMs <= TIMEOUT_MS_MAX;
  if (fits) return body as CallRequest;
  throw new BadRequest(400, 'A call has service, method, delivery, shape, args and timeoutMs.');
}
