import type { Config } from 'jest';

const packageSources = {
  '^@rpcudp/(\\w+)$': '<rootDir>/packages/$1/src/index.ts',
  '^@rpcudp/(\\w+)/(\\w+)$': '<rootDir>/packages/$1/src/$2/index.ts',
  // Sources import each other as the files they will be.
  '^(\\.{1,2}/.*)\\.js$': '$1',
};

type Project = NonNullable<Exclude<Config['projects'], undefined>>[number];

function project(name: string, testMatch: string[], tsconfig = '<rootDir>/tsconfig.test.json'): Project {
  return {
    displayName: name,
    rootDir: __dirname,
    testMatch,
    testEnvironment: 'node',
    moduleNameMapper: packageSources,
    // Each file alone: `npm run types` has checked all of them, and to do so again in each worker would take most of the time.
    transform: { '^.+\\.ts$': ['ts-jest', { tsconfig, transpilation: true }] },
    modulePathIgnorePatterns: ['/dist/'],
  };
}

const decoratorTests = ['<rootDir>/packages/core/test/decorators/*.test.ts'];
const decoratorProject = (kind: string): Project =>
  project(`decorators, ${kind}`, decoratorTests, `<rootDir>/packages/core/test/decorators/tsconfig.${kind}.json`);

const threshold = { statements: 95, branches: 95 };

const config: Config = {
  projects: [
    project('unit', ['<rootDir>/packages/*/src/**/*.test.ts']),
    project('scenario', ['<rootDir>/packages/core/test/simulation/**/*.test.ts']),
    project('integration', [
      '<rootDir>/packages/*/test/*.test.ts',
      '<rootDir>/examples/*.test.ts',
      '<rootDir>/bench/test/*.test.ts',
    ]),
    decoratorProject('standard'),
    decoratorProject('legacy'),
    decoratorProject('legacy-metadata'),
  ],
  // What a worker has loaded stays with it, and coverage makes much of it: one that has grown so far makes way for another.
  workerIdleMemoryLimit: '1GB',
  // For a busy machine; what must be quick says so itself.
  testTimeout: 60_000,
  // The page of the inspector runs in a browser alone.
  collectCoverageFrom: ['packages/*/src/**/*.ts', '!**/*.test.ts', '!packages/cli/src/inspect/page/**'],
  coverageReporters: ['text-summary', 'lcov'],
  coverageThreshold: {
    'global': {},
    './packages/core/src/wire/': threshold,
    './packages/core/src/engine/': threshold,
    './packages/core/src/codec/': threshold,
    './packages/core/src/crypto/': threshold,
    './packages/core/src/security/': threshold,
    './packages/core/src/service/': threshold,
  },
};

export default config;
