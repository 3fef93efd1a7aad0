import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const PACKAGES = join(__dirname, '..', '..');

/** What each door of the packages gives, by its import: a reviewed file, so that no change of the surface goes unseen. */
const REVIEWED = JSON.parse(readFileSync(join(__dirname, 'public-names.json'), 'utf8')) as Record<string, string[]>;

/** The source of a door, as `exports` of its package's manifest says. */
function sourceOf(name: string, door: string): string {
  return join(PACKAGES, name, 'src', door === '.' ? '' : door, 'index.ts');
}

/** All doors of the libraries, by what users write. */
function doors(): ReadonlyMap<string, string> {
  return new Map(
    ['core', 'udp', 'client', 'balance', 'kademlia', 'nats', 'opentelemetry'].flatMap((name) => {
      const manifest = JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8')) as { exports: object };
      return Object.keys(manifest.exports)
        .filter((door) => door !== './package.json')
        .map((door) => [join('@rpcudp', name, door), sourceOf(name, door)] as const);
    }),
  );
}

function namesOf(sources: ReadonlyMap<string, string>): Record<string, string[]> {
  const { config } = ts.readConfigFile(join(PACKAGES, '..', 'tsconfig.test.json'), ts.sys.readFile) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, files: [], include: [] },
    ts.sys,
    join(PACKAGES, '..'),
  );
  const program = ts.createProgram([...sources.values()], options);
  const checker = program.getTypeChecker();
  const names = (source: string): string[] => {
    const symbol = checker.getSymbolAtLocation(program.getSourceFile(source)!)!;
    return checker
      .getExportsOfModule(symbol)
      .map(({ name }) => name)
      .sort();
  };
  return Object.fromEntries([...sources].map(([door, source]) => [door, names(source)]));
}

test('each door gives the names that were reviewed, and no others', () => {
  expect(namesOf(doors())).toEqual(REVIEWED);
});

test('the main door of core has what users write, and stays small', () => {
  expect(REVIEWED['@rpcudp/core']!.length).toBeLessThanOrEqual(26);
});

test('a name has one door', () => {
  const core = Object.entries(REVIEWED).filter(([door]) => door.startsWith('@rpcudp/core'));
  const all = core.flatMap(([, names]) => names);
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});
