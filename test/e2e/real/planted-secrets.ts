import type { Database } from '../../../store/database/connect';
import { readRealCatalog } from '../../support/real-data';

/** How the made-up secrets of the real catalogs look. */
const lookalike = /\b(?:S3CR3T|pw)-[\w.-]+/g;

/** Every made-up secret of the data and compute sources of these catalogs. */
export async function gatherSecrets(catalogs: readonly string[]): Promise<ReadonlySet<string>> {
  const secrets = new Set<string>();
  for (const catalog of catalogs) {
    for await (const { definition } of readRealCatalog(catalog)) {
      const { secret, password } = (definition['authentication'] ?? {}) as Record<string, unknown>;
      for (const value of [secret, password]) if (typeof value === 'string') secrets.add(value);
    }
  }
  return secrets;
}

/** The secrets that stand in one of the texts. */
export function findSecrets(texts: readonly string[], secrets: ReadonlySet<string>): string[] {
  const found = texts.flatMap((text) => text.match(lookalike) ?? []);
  return [...new Set(found)].filter((word) => [...secrets].some((secret) => word.includes(secret)));
}

/** Every value of the database that looks like one of them, as text. */
export async function findLookalikes(database: Database): Promise<string[]> {
  const tables = await database('pg_tables')
    .where('schemaname', 'public')
    .pluck<string[]>('tablename');
  const rows = await Promise.all(
    tables.map((table) =>
      database(table)
        .select<{ line: string }[]>(database.raw('??::text as line', [table]))
        .whereRaw(`??::text ~ '(S3CR3T|pw)-'`, [table]),
    ),
  );
  return rows.flat().map((row) => row.line);
}
