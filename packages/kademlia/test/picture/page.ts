import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordLookup } from './recorded-lookup';

/** The page that `npm run picture:lookup` writes. */
export const PAGE = join(__dirname, '../../../../docs/kademlia-lookup.html');

/** A seed whose network shows dead nodes on the way. */
export const SEED = 3;

/** The page with a lookup in it: a template, and what a simulated network did. */
export async function pageOf(seed: number): Promise<string> {
  const template = readFileSync(join(__dirname, 'page.html'), 'utf8');
  const [before, after] = template.split('"RECORDED LOOKUP"') as [string, string];
  return before + JSON.stringify(await recordLookup(seed)) + after;
}
