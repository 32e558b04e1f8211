import tseslint from 'typescript-eslint';

const temporalSandbox = [
  {
    group: ['node:*', 'fs', 'path', 'crypto'],
    message: 'Workflows are deterministic: no Node modules.',
  },
  {
    group: [
      'zod',
      '**/activities/**',
      '**/store/**',
      '**/client/**',
      '**/workers/**',
      '**/archive/**',
    ],
    allowTypeImports: true,
    message: 'Workflows may import types of this room only.',
  },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.gantry/**', 'coverage/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      // A type parameter that names a workflow's or an update's shape is read once by design.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 300 }],
      'max-params': ['error', 3],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
    },
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: temporalSandbox }],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'fetch', 'setInterval', 'require'],
    },
  },
  {
    files: ['workflows/rules/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            ...temporalSandbox,
            { group: ['@temporalio/*'], message: 'Rules are pure: no Temporal.' },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        'Date',
        'process',
        'Buffer',
        'fetch',
        'require',
        'setTimeout',
      ],
    },
  },
  {
    // A migration is one list of statements: cut into functions it reads no better.
    files: ['schemas/database/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', { max: 400 }] },
  },
);
