import type { Connection, Database } from '../database/connect';

/** Which of these are runs, and whether they are over. */
export async function findRunStates(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, 'open' | 'closed'>> {
  const rows = await connection('runs')
    .whereIn('id', [...ids])
    .select<{ id: string; ended_at: Date | null }[]>('id', 'ended_at');
  return new Map(rows.map((row) => [row.id, row.ended_at === null ? 'open' : 'closed']));
}

/**
 * Does something about a run that is closed and stays so meanwhile, or tells that it is not: whoever
 * starts it again waits until then (RUN-4, RUN-26).
 */
export async function whileClosed(
  database: Database,
  runId: string,
  work: () => Promise<void>,
): Promise<boolean> {
  return database.transaction(async (trx) => {
    const row = await trx('runs')
      .where({ id: runId })
      .forUpdate()
      .first<{ ended_at: Date | null } | undefined>('ended_at');
    if (row?.ended_at === null) return false;
    await work();
    return true;
  });
}

/** Of these imports, those that a run works on. */
export async function findOpenImports(
  connection: Connection,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await connection('runs')
    .whereIn('subject', [...ids])
    .whereNull('ended_at')
    .select<{ subject: string }[]>('subject');
  return new Set(rows.map((row) => row.subject));
}
