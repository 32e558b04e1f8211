/** One project per folder of `test/`; those that need servers share one embedded stack. */
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
      sourceMaps: 'inline',
    },
  ],
};

const project = (name, options = {}) => ({
  displayName: name,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform,
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.gantry'],
  ...options,
});

const withStack = {
  globalSetup: '<rootDir>/test/support/start-stack.ts',
  globalTeardown: '<rootDir>/test/support/stop-stack.ts',
};

module.exports = {
  projects: [
    project('unit'),
    project('replay'),
    project('contract', withStack),
    project('integration', withStack),
    project('e2e', withStack),
    project('fault', withStack),
  ],
  testTimeout: 60_000,
  maxWorkers: 2,
};
