import type { Connection } from '../database/connect';
import { findRun } from '../runs/find-run';
import { readFrozenScope } from './frozen-scopes';

/** What an approver is shown of what will happen (RUN-10): names, counts and warnings, no content. */
export interface FrozenScopeSummary extends Readonly<Record<string, unknown>> {
  readonly name: string;
}

/** Sums up the frozen scope of a run; throws `FrozenScopeMissing`. */
export async function summariseFrozenScope(
  connection: Connection,
  runId: string,
): Promise<FrozenScopeSummary> {
  const run = await findRun(connection, runId);
  const frozen = await readFrozenScope(connection, runId);
  const release = await connection('releases')
    .where({ id: run.subject })
    .first<{ name: string; description: string }>('name', 'description');
  const { details } = frozen;
  return {
    name: release.name,
    description: release.description,
    method: details.method,
    scope: details.scope,
    exportSettings: details.exportSettings,
    objects: frozen.objectCount,
    bytes: frozen.byteCount,
    countsByType: details.countsByType,
    ...(details.chain && { continues: details.chain.basePackageId, ...details.chain.counts }),
    leftOut: details.leftOutCount,
    requirements: details.requirements,
    warnings: details.findings,
  };
}
