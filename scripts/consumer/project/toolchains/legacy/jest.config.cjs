// One project for each transformer; a user has one of them.
const transformedBy = (transformer) => ({
  displayName: transformer,
  testEnvironment: 'node',
  roots: ['<rootDir>/src'],
  transform: { '\\.ts$': transformer },
  // What is compiled imports .js files, and the sources are .ts files.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
});

module.exports = { projects: ['ts-jest', '@swc/jest', 'babel-jest'].map(transformedBy) };
