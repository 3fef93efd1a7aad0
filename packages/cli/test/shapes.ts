import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Services with all kinds of types, one a file. */
export const SHAPES = join(__dirname, 'fixtures/shapes');

/** Their files, in order. */
export function shapeFiles(): string[] {
  return readdirSync(SHAPES)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(SHAPES, name));
}
