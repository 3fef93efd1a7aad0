import { chromium, type Browser } from 'playwright-core';
import { programPath } from './programs';

export const CHROMIUM = programPath('chromium');

/** One that asks nobody but us. */
export function startChromium(): Promise<Browser> {
  const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`);
  return chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--headless', '--no-sandbox', '--no-first-run', ...quiet],
  });
}
