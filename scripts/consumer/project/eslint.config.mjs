// A project of its own: its files are compiled strictly by scripts/consumer/, against the packed packages.
import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const globals = { console: 'readonly', module: 'writable', process: 'readonly', require: 'readonly' };

export default defineConfig(
  eslint.configs.recommended,
  { languageOptions: { parserOptions: { tsconfigRootDir: import.meta.dirname } } },
  { files: ['**/*.ts'], extends: [tseslint.configs.strict] },
  { files: ['**/*.{mjs,cjs}'], languageOptions: { globals } },
  prettier,
);
