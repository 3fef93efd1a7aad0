import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { misuse } from '../failure.js';
import { Access, type AccessRefusal } from './access.js';
import { protect, serveFile } from './page-files.js';
import { BadRequest } from './requests.js';

/** What answers the page. */
export interface Answers {
  answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** Bytes of chance in a token: nobody guesses them. */
const TOKEN_BYTES = 24;

/** Serves the page of the inspector, and what it asks, to whoever has its address. */
export class PageServer implements AsyncDisposable {
  /** What to open: the token is in its fragment, which browsers send to nobody. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** @throws CommandFailure if it cannot be bound there */
  static async listen(answers: Answers, at: { readonly host: string; readonly port: number }): Promise<PageServer> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const server = createServer();
    server.listen(at.port, at.host);
    await once(server, 'listening').catch((error: unknown) => {
      throw misuse(`The page cannot be served at ${at.host}:${at.port}: ${(error as Error).message}.`, error);
    });
    const { address, port } = server.address() as AddressInfo;
    const access = new Access({ host: address, port }, token);
    server.on('request', (request, response) => void answerSafely({ access, answers }, request, response));
    const host = address.includes(':') ? `[${address}]` : address;
    return new PageServer(server, `http://${host}:${port}/#${token}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

interface Parts {
  readonly access: Access;
  readonly answers: Answers;
}

async function answerSafely(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await answer(parts, request, response);
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    const status = error instanceof BadRequest ? error.status : 500;
    refuse(response, status, error instanceof Error ? error.message : String(error));
  }
}

async function answer({ access, answers }: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  protect(response);
  const path = (request.url ?? '').replace(/\?.*$/, '');
  const isFile = request.method === 'GET';
  const refusal: AccessRefusal | undefined = isFile
    ? access.refusesHost(request.headers)
    : access.refuses(request.headers);
  if (refusal !== undefined) return refuse(response, refusal.status, refusal.message);
  if (isFile ? await serveFile(path, response) : await postTo(answers, path, request, response)) return;
  refuse(response, 404, 'There is no such page.');
}

async function postTo(
  answers: Answers,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  return request.method === 'POST' && answers.answer(path, request, response);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'connection': 'close' })
    .end(`${message}\n`);
}
