import type { Knex } from 'knex';
import type { Pipeline, SubjectEvent, SubjectSummary } from '../runs/pipeline';
import type { RunWithContext } from '../runs/find-run';
import { reopenImport } from './reopen-import';

/** States that an import leaves by itself; all others are final (REL-28). */
const openStates = ['running', 'waiting for approval'];

/** Success is told by the step that registers; a check and a plan end before it. */
const stateAfter: Record<Exclude<SubjectEvent, 'succeeded'>, string> = {
  'await approval': 'waiting for approval',
  approve: 'running',
  'check failed': 'failed',
  rejected: 'rejected',
  expired: 'rejected',
  aborted: 'failed',
  cancelled: 'cancelled',
};
const stateOfSuccess = { verify: 'checked', plan: 'planned', register: 'imported' } as const;

/** Import runs: what they are about is an import, by its id. */
export const importPipeline: Pipeline = {
  name: 'release.import',
  noun: 'import',
  approvalPolicy: (settings) => settings?.import_approval ?? null,
  summarise: summarisePlan,
  onEvent: moveImport,
  reopen: reopenImport,
  startedBy: 'release.import',
};

/** Undos of imports are imports of what was there before (REL-41). */
export const undoPipeline: Pipeline = { ...importPipeline, name: 'release.undo', noun: 'undo' };

async function moveImport(
  trx: Knex.Transaction,
  run: RunWithContext,
  event: SubjectEvent,
): Promise<void> {
  const row = await trx('imports')
    .where({ id: run.subject })
    .forUpdate()
    .first<{ until: keyof typeof stateOfSuccess; state: string } | undefined>('until', 'state');
  if (row === undefined || !openStates.includes(row.state)) return;
  const state = event === 'succeeded' ? stateOfSuccess[row.until] : stateAfter[event];
  await trx('imports').where({ id: run.subject }).update({ state });
}

/** What an import would do, in counts and findings. */
async function summarisePlan(trx: Knex.Transaction, run: RunWithContext): Promise<SubjectSummary> {
  const row = await trx('imports')
    .join('import_plans', 'import_plans.import_id', 'imports.id')
    .where({ 'imports.id': run.subject, 'import_plans.run_id': run.id })
    .first<{
      file_name: string;
      source_tenant: string | null;
      package_id: string | null;
      package_digest: Buffer | null;
      undoes: string | null;
      counts: Readonly<Record<string, number>>;
      findings: unknown;
      options: Readonly<Record<string, unknown>>;
    }>(
      'imports.file_name',
      'imports.source_tenant',
      'imports.package_id',
      'imports.package_digest',
      'imports.undoes',
      'import_plans.counts',
      'import_plans.findings',
      'imports.options',
    );
  return {
    name: row.file_name,
    import: run.subject,
    sourceTenant: row.source_tenant,
    packageId: row.package_id,
    packageDigest: row.package_digest?.toString('hex') ?? null,
    undoes: row.undoes,
    objects: row.counts['writes'] ?? 0,
    counts: row.counts,
    policies: row.options['policies'] ?? null,
    mappingVersion: row.options['mappingVersion'] ?? null,
    warnings: row.findings,
  };
}
