import type { Knex } from 'knex';
import * as tenantsAndPeople from '../../schemas/database/0001-tenants-and-people';
import * as catalog from '../../schemas/database/0002-catalog';
import * as releasesAndRuns from '../../schemas/database/0003-releases-and-runs';
import * as imports from '../../schemas/database/0004-imports';
import * as publishing from '../../schemas/database/0005-publishing';
import * as keysAndChains from '../../schemas/database/0006-keys-and-chains';
import * as operators from '../../schemas/database/0007-operators';
import * as mappings from '../../schemas/database/0008-mappings';
import * as dbtOrigins from '../../schemas/database/0009-dbt-origins';
import * as secretScans from '../../schemas/database/0010-secret-scans';
import type { Database } from './connect';

const migrations: Record<string, Knex.Migration> = {
  '0001-tenants-and-people': tenantsAndPeople,
  '0002-catalog': catalog,
  '0003-releases-and-runs': releasesAndRuns,
  '0004-imports': imports,
  '0005-publishing': publishing,
  '0006-keys-and-chains': keysAndChains,
  '0007-operators': operators,
  '0008-mappings': mappings,
  '0009-dbt-origins': dbtOrigins,
  '0010-secret-scans': secretScans,
};

/** Brings the database to this version's schema; safe to run twice and from two processes at once. */
export async function migrateDatabase(database: Database): Promise<readonly string[]> {
  const [, applied] = (await database.migrate.latest({
    migrationSource: {
      getMigrations: () => Promise.resolve(Object.keys(migrations)),
      getMigrationName: (name: string) => name,
      getMigration: (name: string) => Promise.resolve(migrations[name] as Knex.Migration),
    },
  })) as [number, string[]];
  return applied;
}
