import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RPC_ERROR_CODES } from '../src/errors';
import { newCounters } from '../src/endpoint/stats';

const read = (file: string): string => readFileSync(join(__dirname, '../../../docs', file), 'utf8');

test('docs/errors.md has one heading for each code, in the same order', () => {
  const headings = [...read('errors.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([...RPC_ERROR_CODES]);
});

test('docs/rpcudp-wire.md explains every reason for which a datagram is dropped', () => {
  const explained = [...read('rpcudp-wire.md').matchAll(/^\| `([a-z-]+)`/gm)].map(([, reason]) => reason);
  expect(explained.sort()).toEqual(Object.keys(newCounters().dropped).sort());
});
