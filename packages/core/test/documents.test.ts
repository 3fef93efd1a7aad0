import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { RPC_ERROR_CODES } from '../src/errors';
import { CALL_STATES } from '../src/engine/native/messages/call-states';
import { newCounters } from '../src/reporting/stats';

const root = join(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, 'docs', file), 'utf8');

test('docs/errors.md has one heading for each code, in the same order', () => {
  const headings = [...read('errors.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([...RPC_ERROR_CODES]);
});

test('every reason for which a datagram is dropped is explained in the document of a wire', () => {
  const dropped = (file: string): string => /^## \d+\. What is dropped\n([^]*?)^## /m.exec(read(file))![1]!;
  const rows = `${dropped('rpcudp-wire.md')}\n${dropped('protocol.md')}`.matchAll(/^\| `([a-z-]+)`/gm);
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

/** Every page that a reader finds, but the list of changes, whose entries are not rewritten when pages move. */
const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.startsWith('api'))
    .map((file) => join('docs', file)),
  ...readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md')),
];

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): Set<string> {
  const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  return new Set(headings.map(slug));
}

/** Links of a page that lead to no file, or to no heading in it. */
function brokenLinks(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[^]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file, anchor] = link.split('#');
    const target = file === '' ? join(root, page) : resolve(root, dirname(page), file!);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).has(anchor));
  });
}

test.each(pages)('every link in %s leads somewhere', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

/** Where a page says which test shows what it claims. */
const shown = ['SECURITY.md', 'docs/security.md'].flatMap((page) => {
  const links = readFileSync(join(root, page), 'utf8').matchAll(/\[([^\]]+)\]\(([^)\s]+\.test\.ts)\)/g);
  return [...links].map(([, title, file]) => [page, title!.replace(/\s+/g, ' '), file!] as const);
});

test.each(shown)('%s says what is shown by a test that there is: %s', (page, title, file) => {
  const source = readFileSync(resolve(root, dirname(page), file), 'utf8');
  for (const part of title.split(' › ')) expect(source).toMatch(new RegExp(`(['\`])${escaped(part)}\\1`));
});

test('each claim of the threat model names a test, and there are claims against each attacker', () => {
  const [, model] = read('security.md').split('## Threat model');
  const attackers = model!.split('\n### ').slice(1);
  expect(attackers).toHaveLength(9);
  for (const attacker of attackers) {
    const claims = attacker.split(/\n(?=- |Not held off)/).filter((text) => text.startsWith('- '));
    expect(claims.length).toBeGreaterThan(1);
    for (const claim of claims) expect(claim).toContain('.test.ts)');
    expect(attacker).toContain('\nNot held off: ');
  }
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

test('the index of the documents leads to each of them', () => {
  const index = read('README.md');
  const indexed = pages.filter(
    (page) => page.startsWith('docs') && !page.includes('decisions') && page !== join('docs', 'README.md'),
  );
  for (const page of indexed) expect(index).toContain(`(${relative('docs', page)})`);
});
