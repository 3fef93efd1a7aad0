import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import jest from 'eslint-plugin-jest';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Layers of packages/core, from the bottom up, and what each may import. wire/ and engine/ know payloads as bytes, so they
 * may not look into codec/ or service/; those know no engine either. calling/ and serving/ do not know each other.
 */
const allowed = {
  crypto: [],
  wire: [],
  engine: ['crypto', 'wire'],
  codec: [],
  guards: [],
  security: ['crypto'],
  service: [],
  reflection: ['service'],
  health: ['service'],
  inspection: ['engine', 'service', 'reporting'],
  reporting: ['engine'],
  streaming: ['engine'],
  interception: ['service'],
  calling: ['engine', 'codec', 'security', 'service', 'reporting', 'streaming', 'interception'],
  serving: [
    'engine',
    'codec',
    'security',
    'service',
    'health',
    'inspection',
    'reflection',
    'reporting',
    'streaming',
    'interception',
  ],
  interceptors: ['engine', 'codec', 'service', 'reporting', 'interception', 'calling'],
  endpoint: [
    'crypto',
    'engine',
    'codec',
    'security',
    'service',
    'health',
    'inspection',
    'reflection',
    'reporting',
    'streaming',
    'interception',
    'calling',
    'serving',
  ],
  testing: ['crypto', 'engine', 'calling', 'endpoint'],
};
const layers = Object.keys(allowed);

const importZones = layers.map((layer) => ({
  files: [`packages/core/src/${layer}/**/*.ts`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: layers
          .filter((other) => other !== layer && !allowed[layer].includes(other))
          .map((other) => ({
            regex: `^(\\.\\./)+${other}/`,
            message: `${layer}/ may not import ${other}/: see ARCHITECTURE.md.`,
          })),
      },
    ],
  },
}));

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/', 'docs/api/', '**/node_modules/']),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.test.json',
          './examples/tsconfig.json',
          './examples/tsconfig.esm.json',
          './bench/tsconfig.json',
          './packages/core/test/decorators/tsconfig.legacy-metadata.json',
          './packages/core/test/types/tsconfig.json',
          './packages/balance/test/types/tsconfig.json',
          './packages/client/test/types/tsconfig.json',
          './packages/cli/src/inspect/page/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Returning the void of a call ends a branch in one line.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // An index that the code around it has checked; noUncheckedIndexedAccess cannot see that.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A parameter that an interface has and an implementation does not need.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Engines get back the very objects that they handed out, typed as the interface that the driver sees.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'complexity': ['error', 12],
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-console': 'error',
      'eqeqeq': 'error',
    },
  },
  {
    files: [
      'packages/core/src/{wire,engine}/**/*.ts',
      'packages/kademlia/src/{ids,table,lookup,records,maintenance}/**/*.ts',
      'packages/balance/src/{target,policies,ejection,discovery,calls}/**/*.ts',
    ],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'crypto'].map(
          (name) => ({
            name,
            message: 'Time and chance are arguments here: see ARCHITECTURE.md.',
          }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Chance is an argument here.' },
      ],
    },
  },
  ...importZones,
  {
    files: ['packages/client/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '@rpcudp/udp*',
                'node:*',
                '@rpcudp/core/*',
                '!@rpcudp/core/service',
                '!@rpcudp/core/interceptors',
              ],
            },
          ],
        },
      ],
    },
  },
  {
    files: ['packages/opentelemetry/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    // Of core types alone: what it hears comes over channels, from whatever copy of core there is.
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@rpcudp/udp*', '@rpcudp/client*'] },
            { group: ['@rpcudp/core*'], allowTypeImports: true },
          ],
        },
      ],
    },
  },
  {
    files: ['packages/{kademlia,balance,nats}/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['@rpcudp/udp*', '@rpcudp/client*'] }] },
  },
  {
    files: ['packages/udp/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['@rpcudp/client*'] }] },
  },
  {
    files: ['packages/core/src/reporting/log.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/test/**/*.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'max-params': 'off',
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] }],
      // Fixtures: methods that need neither this nor await, and arguments that nobody reads.
      '@typescript-eslint/class-methods-use-this': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      // Misuse that only untyped code can commit is tested, too.
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    files: ['scripts/**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  prettier,
);
