import { TOKEN_HEADER } from '../shared/messages.js';

/** What the command answers that is no answer. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/** It is in the fragment, so that no server and no log gets it. */
const token = location.hash.slice(1);

/** Asks the command. @throws CommandRefused, or TypeError if it has ended */
export async function ask<T>(path: string, body: unknown = null, signal?: AbortSignal): Promise<T> {
  const response = await post(path, body, signal);
  return (await response.json()) as T;
}

/** The same, for what has many answers. */
export async function* askForLines<T>(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<T> {
  const response = await post(path, body, signal);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as T;
  }
}

async function post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { [TOKEN_HEADER]: token },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
  if (!response.ok) throw new CommandRefused(await response.text());
  return response;
}
