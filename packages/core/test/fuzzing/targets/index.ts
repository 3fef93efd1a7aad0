import type { Target } from '../target';
import { packets } from './packets';
import { values } from './values';

/** All that inputs are tried on. */
export const TARGETS: readonly Target[] = [packets, values];

/** Loads what targets need. */
export async function prepare(): Promise<void> {
  await Promise.resolve();
}
