import { readFileSync } from 'node:fs';
import { ensureBucket } from '../activities/adapters/object-store/s3/s3-object-store';
import { parseSettings } from '../schemas/settings';
import { connectDatabase } from '../store/database/connect';
import { migrateDatabase } from '../store/database/migrate';
import { ensureInstallationAdministrator } from '../store/people/ensure-installation-administrator';
import { createLogger } from './logger';
import { prepareNamespace } from './prepare-namespace';
import { prepareSchedules } from './prepare-schedules';

/** Makes an installation ready before workers start: database schema, bucket, namespace, schedule, first administrator. Safe to repeat. */
async function main(): Promise<void> {
  const settings = parseSettings(process.env, (path) => readFileSync(path, 'utf8'));
  const logger = createLogger(settings.logLevel);
  const database = connectDatabase({ ...settings.database, applicationName: 'gantry prepare' });
  try {
    const applied = await migrateDatabase(database);
    logger.info({ applied }, 'database schema ready');
    const tokenFile = process.env['GANTRY_ADMIN_TOKEN_FILE'];
    if (tokenFile !== undefined && tokenFile !== '') {
      await ensureInstallationAdministrator(database, readFileSync(tokenFile, 'utf8').trim());
    }
  } finally {
    await database.destroy();
  }
  await ensureBucket(settings.objectStore);
  await prepareNamespace(settings.temporal);
  await prepareSchedules(settings);
  logger.info('installation ready');
}

main().catch((error: unknown) => {
  createLogger('error').fatal({ err: error }, 'prepare failed');
  process.exitCode = 1;
});
