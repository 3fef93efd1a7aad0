import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

/** The files of the page and nothing else, by what a browser asks for. */
const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['index.html', 'text/html']],
  ['/page.js', ['page.js', 'text/javascript']],
  ['/page.css', ['page.css', 'text/css']],
  ['/icon.svg', ['icon.svg', 'image/svg+xml']],
]);

/** Beside the built module that this is. */
const FOLDER = join(__dirname, 'page');

/**
 * What the page may do: run our one script, and ask us. Nothing in it comes from elsewhere, nothing that it is told becomes a
 * script, a style or an element, and no other page can frame it, read it, or hear where it is.
 */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Says of every answer what a browser may make of it. */
export function protect(response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}

/** Answers with a file of the page; gives whether there is one. */
export async function serveFile(path: string, response: ServerResponse): Promise<boolean> {
  const found = FILES.get(path);
  if (found === undefined) return false;
  const [file, type] = found;
  const content = await readFile(join(FOLDER, file));
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(content);
  return true;
}
