// Builds every package twice, as ESM and as CommonJS, both with types and source maps.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';

/** What the page of the inspector may take altogether, in bytes: it is there at once, and somebody can read it. */
const PAGE_BYTES_MAX = 100_000;

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const packages = readdirSync('packages').map((name) => join('packages', name));

function build(...projects) {
  const { status } = spawnSync(process.execPath, [tsc, '-b', ...projects], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

build('tsconfig.json');
// The command is CommonJS alone, which starts faster; it builds with the first.
const libraries = packages.filter((folder) => existsSync(join(folder, 'tsconfig.cjs.json')));
build(...libraries.map((folder) => join(folder, 'tsconfig.cjs.json')));
// Node takes a file's kind from the nearest package.json, and those of the packages say ESM.
for (const folder of libraries) writeFileSync(join(folder, 'dist/cjs/package.json'), '{ "type": "commonjs" }\n');
for (const folder of libraries) forgetPrivateFields(join(folder, 'dist'));

await buildPage();

/**
 * To TypeScript a class with private fields is another type in each of the two builds, so that what CommonJS has made would
 * not fit what ES modules take. Nobody else needs to know of the fields. The lines stay, for source maps count them.
 */
function forgetPrivateFields(dist) {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const text = readFileSync(join(dist, file), 'utf8');
    const shared = text.replaceAll(/^ *#private;$/gm, '');
    if (shared !== text) writeFileSync(join(dist, file), shared);
  }
}

/** The page of `rpcudp inspect`: one script and one style sheet, beside the command that serves them. */
async function buildPage() {
  const [source, outdir] = ['packages/cli/src/inspect/page', 'packages/cli/dist/inspect/page'];
  mkdirSync(outdir, { recursive: true });
  await bundle({
    entryPoints: { page: join(source, 'main.ts') },
    outdir,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
  await bundle({ entryPoints: [join(source, 'page.css')], outdir, minify: true, logLevel: 'warning' });
  for (const file of ['index.html', 'icon.svg']) copyFileSync(join(source, file), join(outdir, file));
  const bytes = readdirSync(outdir).reduce((sum, file) => sum + statSync(join(outdir, file)).size, 0);
  if (bytes <= PAGE_BYTES_MAX) return;
  console.error(`The page of the inspector has ${bytes} bytes, and may have ${PAGE_BYTES_MAX}.`);
  process.exit(1);
}
