import { describe, expect, it } from '@jest/globals';
import { isPipelineError } from '../../../schemas/pipeline-error';
import { parseSettings } from '../../../schemas/settings';

const key = Buffer.alloc(32, 7).toString('base64');
const good = {
  GANTRY_DATABASE_URL: 'postgres://gantry@127.0.0.1:5432/gantry',
  GANTRY_TEMPORAL_ADDRESS: '127.0.0.1:7233',
  GANTRY_TEMPORAL_UI_URL: 'http://127.0.0.1:8233',
  GANTRY_S3_ENDPOINT: 'http://127.0.0.1:9000',
  GANTRY_S3_ACCESS_KEY: 'access',
  GANTRY_S3_SECRET_KEY: 'planted-secret',
  GANTRY_ENCRYPTION_KEY: key,
};

describe('parseSettings', () => {
  it('fills every default', () => {
    expect(parseSettings(good)).toEqual({
      database: { url: good.GANTRY_DATABASE_URL, poolMax: 20 },
      temporal: { address: '127.0.0.1:7233', namespace: 'gantry', uiUrl: 'http://127.0.0.1:8233' },
      objectStore: {
        endpoint: 'http://127.0.0.1:9000',
        region: 'us-east-1',
        bucket: 'gantry',
        accessKey: 'access',
        secretKey: 'planted-secret',
      },
      encryptionKey: new Uint8Array(32).fill(7),
      taskQueues: { control: 'gantry-control', bulk: 'gantry-bulk' },
      worker: { roles: ['control', 'bulk'], bulkConcurrency: 4, shutdownGraceMs: 20_000 },
      retry: {
        maxAttempts: 6,
        initialIntervalMs: 1000,
        maxIntervalMs: 60_000,
        heartbeatTimeoutMs: 10_000,
      },
      parkDeadlineMs: 604_800_000,
      upkeep: { runRetentionDays: 365, sweepCron: '0 3 * * *' },
      webhooks: {
        targets: 'any',
        timeoutMs: 10_000,
        pollMs: 2_000,
        firstPauseMs: 5_000,
        giveUpAfterMs: 259_200_000,
      },
      logLevel: 'info',
    });
  });

  it('RUN-20 takes secrets from files and puts the password into the database URL', () => {
    const files: Record<string, string> = { '/p': 'p@ss/wörd\n', '/s': 'other\n' };
    const settings = parseSettings(
      {
        ...good,
        GANTRY_S3_SECRET_KEY: '',
        GANTRY_S3_SECRET_KEY_FILE: '/s',
        GANTRY_DATABASE_PASSWORD_FILE: '/p',
      },
      (path) => files[path] ?? '',
    );
    expect(decodeURIComponent(new URL(settings.database.url).password)).toBe('p@ss/wörd');
    expect(settings.objectStore.secretKey).toBe('other');
  });

  it('reports all faults at once', () => {
    const faults = findingsOf({
      ...good,
      GANTRY_DATABASE_URL: 'mysql://x',
      GANTRY_TEMPORAL_ADDRESS: '',
      GANTRY_DATABASE_POOL_MAX: '0',
      GANTRY_BULK_CONCURRENCY: 'four',
      GANTRY_WORKER_ROLES: 'control,bulky',
      GANTRY_LOG_LEVEL: 'loud',
      GANTRY_ENCRYPTION_KEY: 'c2hvcnQ=',
      GANTRY_S3_ACCESS_KEY_FILE: '/both',
      GANTRY_DATABASE_PASSWORD_FILE: '/missing',
    });
    expect(Object.fromEntries(faults)).toEqual({
      GANTRY_DATABASE_URL: 'SettingInvalid',
      GANTRY_TEMPORAL_ADDRESS: 'SettingMissing',
      GANTRY_DATABASE_POOL_MAX: 'SettingInvalid',
      GANTRY_BULK_CONCURRENCY: 'SettingInvalid',
      GANTRY_WORKER_ROLES: 'SettingInvalid',
      GANTRY_LOG_LEVEL: 'SettingInvalid',
      GANTRY_ENCRYPTION_KEY: 'SettingInvalid',
      GANTRY_S3_ACCESS_KEY: 'SettingTwice',
      GANTRY_DATABASE_PASSWORD: 'SettingFileUnreadable',
    });
  });

  it('RUN-20 never says the value of a secret', () => {
    const env = { ...good, GANTRY_ENCRYPTION_KEY: 'planted-key', GANTRY_LOG_LEVEL: 'x' };
    const error = errorOf(env);
    expect(JSON.stringify([String(error), error])).not.toContain('planted');
  });
});

function findingsOf(env: Record<string, string>): [string, string][] {
  const error = errorOf(env);
  if (!isPipelineError(error, 'SettingsInvalid')) throw error;
  return error.findings.map((finding) => [finding.object?.code ?? '', finding.code]);
}

function errorOf(env: Record<string, string>): unknown {
  try {
    parseSettings(env, () => {
      throw new Error('ENOENT');
    });
  } catch (error) {
    return error;
  }
  throw new Error('parseSettings accepted the environment');
}
