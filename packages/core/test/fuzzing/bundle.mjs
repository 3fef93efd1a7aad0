/* global process, URL */
/**
 * Makes one script of the fuzzer and the sources that it tries: coverage is then that of one script, and no compiler is loaded
 * beside it. The sources are changed in two ways on their way:
 *
 * - Private fields of engines become public ones, so that what an engine holds can be counted: `memory.ts`.
 * - Limits become small, so that they are reached within one input.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = new URL('.', import.meta.url).pathname;
const root = new URL('../../../..', import.meta.url).pathname;

/** What a limit is made, by its name. */
const SMALL_LIMITS = {
  'native-limits.ts': {
    ROUND_TRIPS_REMEMBERED_MAX: 8,
    PINGS_REMEMBERED_MAX: 4,
    CALLS_IN_FLIGHT_MAX: 8,
    CALLS_QUEUED_MAX: 8,
    CALL_RANGES_MAX: 16,
    CALLS_ANSWERED_MAX: 16,
    EVICTION_CANDIDATES: 4,
    EVICTION_CANDIDATES_MAX: 8,
    ADDRESSES_REMEMBERED: 3,
    RESETS_PER_SECOND_MAX: 5,
    PACKET_NUMBERS_REMEMBERED: 64,
    KEY_PACKETS_MAX: 24,
    SOURCES_REMEMBERED_MAX: 2,
  },
  'reassembly-limits.ts': { REASSEMBLY_RANGES_MAX: 8 },
  'limits.ts': { RPCUDP_SOURCES_MAX: 4 },
};

/** Gives the URL of the script. */
export async function bundle() {
  const folder = `${root}node_modules/.cache/rpcudp-fuzz/`;
  mkdirSync(folder, { recursive: true });
  const outfile = `${folder}fuzz-${process.pid}.cjs`;
  await build({
    entryPoints: [`${here}main.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    external: ['libsodium'],
    logLevel: 'error',
    tsconfigRaw: { compilerOptions: { target: 'ES2022' } },
    plugins: [{ name: 'opened-sources', setup: openSources }],
  });
  return pathToFileURL(outfile).href;
}

function openSources({ onLoad }) {
  onLoad({ filter: /\/core\/src\/.*\.ts$/ }, ({ path }) => {
    const name = path.slice(path.indexOf('/core/src/') + '/core/src/'.length);
    const source = withSmallLimits(name, readFileSync(path, 'utf8'));
    const opened = name.startsWith('engine/') ? source.replaceAll(/(?<!\w)#(?=[a-z])/gi, '$') : source;
    return { contents: opened, loader: 'ts' };
  });
}

function withSmallLimits(name, source) {
  let changed = source;
  for (const [limit, value] of Object.entries(SMALL_LIMITS[name] ?? {})) {
    const declaration = new RegExp(`(?<=^export const ${limit} = )[^;]+`, 'm');
    if (!declaration.test(changed)) throw new Error(`${name} has no ${limit} any more: see SMALL_LIMITS.`);
    changed = changed.replace(declaration, String(value));
  }
  return changed;
}
