import type { Connection } from '../database/connect';

/** A package whose file is to go, and whether its record says so already. */
export interface OverduePackage {
  readonly id: string;
  readonly object_key: string;
}

/**
 * Packages that are past their time by an hour, which the runs that delete them must have missed,
 * and those deleted in the last week, whose files are removed once more, as removing is idempotent
 * and a run may have been terminated in between (REL-22, RUN-26).
 */
export async function findOverduePackages(connection: Connection): Promise<OverduePackage[]> {
  return connection('packages')
    .where((query) => {
      void query.whereNull('deleted_at').whereRaw(`expires_at < now() - interval '1 hour'`);
    })
    .orWhereRaw(`deleted_at between now() - interval '7 days' and now() - interval '1 hour'`)
    .orderBy('expires_at')
    .select<OverduePackage[]>('id', 'object_key');
}
