/** The types column of the table in docs/architecture.md: here type-only imports count too. */
const values = require('./.dependency-cruiser.cjs');

module.exports = {
  forbidden: [
    {
      name: 'workflow-types-come-from-schemas',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^(activities|store|client|workers|cli|local|archive)/' },
    },
    {
      name: 'schema-types-know-nobody',
      severity: 'error',
      from: { path: '^schemas/' },
      to: { path: '^(workflows|activities|store|client|workers|cli|local|archive)/' },
    },
    {
      name: 'store-types-know-no-caller',
      severity: 'error',
      from: { path: '^store/' },
      to: { path: '^(workflows|activities|client|workers|cli|local)/' },
    },
    {
      name: 'client-types-know-no-worker',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(workflows|activities|workers|cli|local)/' },
    },
    {
      name: 'adapters-know-only-ports',
      severity: 'error',
      from: { path: '^activities/adapters/' },
      to: { path: '^activities/(?!adapters|ports)' },
    },
  ],
  options: { ...values.options, tsPreCompilationDeps: true },
};
