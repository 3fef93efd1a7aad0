import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RPC_ERROR_CODES } from '../src/errors';
import { CALL_STATES } from '../src/engine/native/messages/call-states';
import { newCounters } from '../src/reporting/stats';

const read = (file: string): string => readFileSync(join(__dirname, '../../../docs', file), 'utf8');

test('docs/errors.md has one heading for each code, in the same order', () => {
  const headings = [...read('errors.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([...RPC_ERROR_CODES]);
});

test('every reason for which a datagram is dropped is explained in the document of a wire', () => {
  const rows = `${read('rpcudp-wire.md')}\n${read('protocol.md')}`.matchAll(/^\| `([a-z-]+)`/gm);
  const explained = new Set([...rows].map(([, reason]) => reason));
  expect([...explained].sort()).toEqual(Object.keys(newCounters().dropped).sort());
});

test('docs/protocol.md shows the life of a call as the code has it', () => {
  const rows = Object.entries(CALL_STATES).flatMap(([state, events]) =>
    Object.entries(events).map(([event, next]) => ({ state, event, next })),
  );
  const table = rows.map(({ state, event, next }) => `| ${state} | ${event} | ${next} |`);
  const diagram = rows.map(({ state, event, next }) => `  ${state} --> ${next}: ${event}`);
  const cell = (text: string): string => text.replace(/ +/g, ' ');
  const document = read('protocol.md').split('\n').map(cell);
  for (const line of [...table, ...diagram.map(cell)]) expect(document).toContain(line);
});
