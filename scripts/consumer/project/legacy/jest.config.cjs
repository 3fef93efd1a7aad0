module.exports = {
  preset: 'ts-jest',
  testEnvironment: 'node',
  roots: ['<rootDir>'],
  testPathIgnorePatterns: ['<rootDir>/dist/'],
  cacheDirectory: '<rootDir>/.cache',
};
