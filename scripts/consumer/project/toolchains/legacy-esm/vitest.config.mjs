import { defineConfig } from 'vitest/config';

// Decorators are compiled as tsconfig.json says.
export default defineConfig({
  test: { globals: true, include: ['src/*.test.ts'] },
});
