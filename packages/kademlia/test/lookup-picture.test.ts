import { readFileSync } from 'node:fs';
import { PAGE, SEED, pageOf } from './picture/page';

const page = readFileSync(PAGE, 'utf8');

test('the page shows what the simulated network does with its seed: if lookups have changed, npm run picture:lookup', async () => {
  expect(page === (await pageOf(SEED))).toBe(true);
});

test('the page is small, and loads nothing', () => {
  expect(Buffer.byteLength(page)).toBeLessThan(60_000);
  expect(page).not.toMatch(/\b(?:src|href)=|@import|url\(|fetch\(/);
  expect(page.match(/https?:[^']*/g)).toEqual(['http://www.w3.org/2000/svg']);
});
