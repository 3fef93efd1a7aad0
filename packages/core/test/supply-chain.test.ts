/** docs/supply-chain.md says what the packages depend on and what is published; here it is held to the manifests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const document = readFileSync(join(root, 'docs/supply-chain.md'), 'utf8');

interface Manifest {
  readonly name: string;
  readonly files: readonly string[];
  readonly publishConfig: object;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Locked {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const manifests = ['core', 'udp', 'client', 'balance', 'kademlia', 'nats', 'opentelemetry', 'cli'].map(
  (name) => json(`packages/${name}/package.json`) as Manifest,
);
const { packages: locked } = json('package-lock.json') as { packages: Readonly<Record<string, Locked>> };

const isOwn = (name: string): boolean => name.startsWith('@rpcudp/');

/** Cells of the rows below a heading, each without its backticks. */
function rowsBelow(heading: string): string[][] {
  const section = document.slice(document.indexOf(`## ${heading}`)).split('\n## ')[0]!;
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const namesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

/** Where a dependency of what lies at `from` was installed. */
function placeOf(name: string, from: string): string {
  for (let at = from; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const nested = `${at}/node_modules/${name}`;
    if (nested in locked) return nested;
  }
  return `node_modules/${name}`;
}

/** A dependency and all that it brings, by where they were installed. */
function broughtBy(name: string, from = ''): Map<string, string> {
  const place = placeOf(name, from);
  const found = new Map([[place, name]]);
  for (const each of Object.keys(locked[place]!.dependencies ?? {}))
    for (const [at, brought] of broughtBy(each, place)) found.set(at, brought);
  return found;
}

const foreign = manifests.flatMap(({ name, dependencies = {} }) =>
  Object.keys(dependencies)
    .filter((dependency) => !isOwn(dependency))
    .map((dependency) => ({ name, dependency })),
);

test('each dependency of a package has a row with its reason and with all that it brings, and there are no other rows', () => {
  const rows = rowsBelow('Dependencies at run time').map(([name, dependency, brings, why]) => ({
    name: namesIn(name!)[0],
    dependency: namesIn(dependency!)[0],
    brings: namesIn(brings!).sort(),
    hasReason: why !== '',
  }));
  const expected = foreign.map(({ name, dependency }) => {
    const [, ...brings] = broughtBy(dependency, `packages/${name.slice(8)}`).values();
    return { name, dependency, brings: brings.sort(), hasReason: true };
  });
  expect(rows).toEqual(expected);
});

test('no dependency runs a script when it is installed', () => {
  const places = foreign.flatMap(({ name, dependency }) => [
    ...broughtBy(dependency, `packages/${name.slice(8)}`).keys(),
  ]);
  expect(places.filter((place) => locked[place]!.hasInstallScript === true)).toEqual([]);
  expect(places.length).toBeGreaterThan(foreign.length);
});

test('what is published is listed', () => {
  const rows = rowsBelow('What is published').map(([name, files]) => [namesIn(name!)[0], namesIn(files!)]);
  expect(rows).toEqual(manifests.map(({ name, files }) => [name, files]));
});

test('packages are published for everybody, and with provenance', () => {
  for (const { publishConfig } of manifests) expect(publishConfig).toEqual({ access: 'public', provenance: true });
});
