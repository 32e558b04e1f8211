/** One import that a rule forbids, in the file that must not have it. */
export interface Plant {
  readonly rule: string;
  readonly file: string;
  readonly imports: string;
}

/** For each rule of `.dependency-cruiser.cjs` at least one import of values that it forbids. */
export const plantedValues: readonly Plant[] = [
  { rule: 'no-cycles', file: 'schemas/left.ts', imports: './right' },
  { rule: 'light-schemas-stay-light', file: 'schemas/ids.ts', imports: './fine' },
  { rule: 'light-schemas-stay-light', file: 'schemas/messages.ts', imports: 'zod' },
  { rule: 'light-schemas-stay-light', file: 'schemas/queues.ts', imports: 'node:path' },
  { rule: 'schemas-know-nobody', file: 'schemas/to-store.ts', imports: '../store/fine' },
  { rule: 'schemas-know-nobody', file: 'schemas/to-pg.ts', imports: 'pg' },
  { rule: 'workflows-stay-in-the-sandbox', file: 'workflows/to-zod.ts', imports: 'zod' },
  { rule: 'workflows-stay-in-the-sandbox', file: 'workflows/to-node.ts', imports: 'node:fs' },
  {
    rule: 'workflows-stay-in-the-sandbox',
    file: 'workflows/to-schema.ts',
    imports: '../schemas/fine',
  },
  { rule: 'rules-are-pure', file: 'workflows/rules/to-kit.ts', imports: '../kit/fine' },
  { rule: 'archive-is-plain-streams', file: 'archive/to-store.ts', imports: '../store/fine' },
  {
    rule: 'activities-do-not-reach-out',
    file: 'activities/releases/to-adapter.ts',
    imports: '../adapters/object-store/s3/fine',
  },
  {
    rule: 'activities-do-not-reach-out',
    file: 'activities/releases/to-temporal.ts',
    imports: '@temporalio/activity',
  },
  {
    rule: 'activity-kit-alone-knows-temporal',
    file: 'activities/kit/to-archive.ts',
    imports: '../../archive/fine',
  },
  {
    rule: 'adapters-stand-alone',
    file: 'activities/adapters/object-store/s3/to-neighbour.ts',
    imports: '../memory/fine',
  },
  { rule: 'store-knows-the-database', file: 'store/to-archive.ts', imports: '../archive/fine' },
  {
    rule: 'store-knows-the-database',
    file: 'store/to-temporal.ts',
    imports: '@temporalio/client',
  },
  {
    rule: 'workers-see-workflows-by-path-only',
    file: 'workers/to-workflow.ts',
    imports: '../workflows/fine',
  },
  {
    rule: 'client-is-the-public-api',
    file: 'client/to-activity.ts',
    imports: '../activities/releases/fine',
  },
  { rule: 'cli-calls-the-client', file: 'cli/to-store.ts', imports: '../store/fine' },
  { rule: 'local-stands-alone', file: 'local/to-client.ts', imports: '../client/fine' },
  { rule: 'nobody-imports-tests', file: 'cli/to-test.ts', imports: '../test/fine' },
];

/** For each rule of `.dependency-cruiser.types.cjs` an import of a type that it forbids. */
export const plantedTypes: readonly Plant[] = [
  {
    rule: 'workflow-types-come-from-schemas',
    file: 'workflows/to-store-type.ts',
    imports: '../store/fine',
  },
  { rule: 'schema-types-know-nobody', file: 'schemas/to-type.ts', imports: '../archive/fine' },
  { rule: 'store-types-know-no-caller', file: 'store/to-type.ts', imports: '../client/fine' },
  { rule: 'client-types-know-no-worker', file: 'client/to-type.ts', imports: '../workers/fine' },
  {
    rule: 'adapters-know-only-ports',
    file: 'activities/adapters/object-store/s3/to-type.ts',
    imports: '../../../releases/fine',
  },
];

/** What is allowed: the importing file and what it imports. */
export const allowed: readonly (readonly [file: string, imports: string])[] = [
  ['workflows/allowed.ts', '../schemas/failures'],
  ['workflows/rules/allowed.ts', '../../schemas/failures'],
  ['activities/releases/allowed.ts', '../../store/fine'],
  ['activities/kit/allowed.ts', '@temporalio/activity'],
  ['store/allowed.ts', '../archive/canonical-json'],
  ['client/allowed.ts', '../archive/fine'],
  ['cli/allowed.ts', '../client/fine'],
  ['workers/allowed.ts', '../activities/adapters/object-store/s3/fine'],
];

/** The other half of the planted cycle, which is told of once. */
export const companions: readonly (readonly [file: string, imports: string])[] = [
  ['schemas/right.ts', './left'],
];

/** Files that import nothing. */
export const fine: readonly string[] = [
  'activities/adapters/object-store/memory/fine.ts',
  'activities/adapters/object-store/s3/fine.ts',
  'activities/releases/fine.ts',
  'archive/canonical-json.ts',
  'archive/fine.ts',
  'cli/fine.ts',
  'client/fine.ts',
  'local/fine.ts',
  'schemas/failures.ts',
  'schemas/fine.ts',
  'store/fine.ts',
  'test/fine.ts',
  'workers/fine.ts',
  'workflows/fine.ts',
  'workflows/kit/fine.ts',
];
