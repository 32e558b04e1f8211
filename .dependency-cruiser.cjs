/**
 * Who may import whom, value imports (docs/architecture.md). One named rule a line of the table;
 * test/unit/boundaries plants a forbidden import and expects each rule to bite.
 */
const room = (name) => `^${name}/`;
const onlyFrom = (name, from, allowed) => ({
  name,
  severity: 'error',
  from,
  to: { pathNot: allowed, dependencyTypesNot: ['core'] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'light-schemas-stay-light',
      severity: 'error',
      from: {
        path: '^schemas/(ids|failures?|[a-z]+-failures|messages|workflows|activities|queues)\\.ts$',
      },
      to: {
        pathNot:
          '^schemas/(ids|failures?|[a-z]+-failures|messages|workflows|activities|queues)\\.ts$',
      },
    },
    onlyFrom('schemas-know-nobody', { path: room('schemas') }, [
      room('schemas'),
      'node_modules/(zod|knex)/',
    ]),
    {
      name: 'workflows-stay-in-the-sandbox',
      severity: 'error',
      from: { path: room('workflows') },
      to: {
        pathNot: [
          room('workflows'),
          '^schemas/(ids|failures?|[a-z]+-failures|messages|workflows|activities|queues)\\.ts$',
          'node_modules/@temporalio/(workflow|common)/',
        ],
      },
    },
    {
      name: 'rules-are-pure',
      severity: 'error',
      from: { path: '^workflows/rules/' },
      to: {
        pathNot: [
          '^workflows/rules/',
          '^schemas/(ids|failures?|[a-z]+-failures|messages|workflows|activities|queues)\\.ts$',
        ],
      },
    },
    onlyFrom('archive-is-plain-streams', { path: room('archive') }, [
      room('archive'),
      room('schemas'),
      'node_modules/(archiver|unzipper|canonicalize|safe-stable-stringify|rfc6902|zod)/',
    ]),
    onlyFrom(
      'activities-do-not-reach-out',
      { path: room('activities'), pathNot: ['^activities/adapters/', '^activities/kit/'] },
      ['^activities/(?!adapters)', room('archive'), room('store'), room('schemas')],
    ),
    onlyFrom('activity-kit-alone-knows-temporal', { path: '^activities/kit/' }, [
      '^activities/kit/',
      '^activities/ports/',
      room('schemas'),
      room('store'),
      'node_modules/@temporalio/(activity|common)/',
    ]),
    {
      name: 'adapters-stand-alone',
      severity: 'error',
      from: { path: '^activities/adapters/([^/]+/[^/]+)' },
      to: {
        path: [
          '^activities/adapters/',
          '^activities/(?!adapters|ports)',
          '@temporalio',
          '^(workflows|client|workers|store)/',
        ],
        pathNot: '^activities/adapters/$1',
      },
    },
    onlyFrom('store-knows-the-database', { path: room('store') }, [
      room('store'),
      room('schemas'),
      'node_modules/(knex|pg|pg-copy-streams|canonicalize|safe-stable-stringify|zod|re2js|@streamparser/json)/',
      '^archive/(authentication-box|canonical-json|byte-order|entry-path|package-layout|seal|signature|document-patch)\\.ts$',
    ]),
    {
      name: 'workers-see-workflows-by-path-only',
      severity: 'error',
      from: { path: room('workers') },
      to: { path: [room('workflows'), room('client'), room('cli')] },
    },
    onlyFrom('client-is-the-public-api', { path: room('client') }, [
      room('client'),
      room('store'),
      room('schemas'),
      room('archive'),
      'node_modules/(@temporalio/(client|common)|minio|standardwebhooks|zod)/',
    ]),
    {
      name: 'cli-calls-the-client',
      severity: 'error',
      from: { path: room('cli') },
      to: {
        path: [
          room('workflows'),
          room('activities'),
          room('store'),
          room('workers'),
          room('archive'),
        ],
      },
    },
    {
      name: 'local-stands-alone',
      severity: 'error',
      from: { path: room('local') },
      to: {
        path: [
          room('workflows'),
          room('activities'),
          room('store'),
          room('workers'),
          room('client'),
          room('cli'),
          room('archive'),
        ],
      },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: {},
      to: { path: '^(test|bench|examples)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: false,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default', 'types'],
    },
  },
};
