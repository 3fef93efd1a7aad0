import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

// Decorators are compiled as tsconfig.json says.
export default defineConfig({
  plugins: [swc.vite()],
  test: { globals: true, include: ['src/*.test.ts'] },
});
