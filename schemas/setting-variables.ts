import { z } from 'zod';

const text = z.string();
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is not a plain name');
const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, 'is not host:port');
const httpUrl = z.string().refine((value) => hasProtocol(value, ['http:', 'https:']), {
  message: 'is not an http or https URL',
});
const databaseUrl = z.string().refine((value) => hasProtocol(value, ['postgres:', 'postgresql:']), {
  message: 'is not a postgres:// URL',
});
const encryptionKey = z
  .base64('is not base64')
  .transform((value) => new Uint8Array(Buffer.from(value, 'base64')))
  .refine((bytes) => bytes.length === 32, { message: 'does not hold 32 bytes' });
const workerRoles = z
  .string()
  .transform((value) => value.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(['control', 'bulk'], 'names a role other than control and bulk')).min(1))
  .transform((roles) => [...new Set(roles)]);

const dayMs = 86_400_000;

/** Every variable `parseSettings` knows, its shape and default; `…_FILE` forms are resolved before. */
export const SettingVariables = z.object({
  GANTRY_DATABASE_URL: databaseUrl,
  GANTRY_DATABASE_PASSWORD: text.optional(),
  GANTRY_DATABASE_POOL_MAX: whole(1, 1000, 20),
  GANTRY_TEMPORAL_ADDRESS: hostAndPort,
  GANTRY_TEMPORAL_NAMESPACE: name.default('gantry'),
  GANTRY_TEMPORAL_UI_URL: httpUrl,
  GANTRY_S3_ENDPOINT: httpUrl,
  GANTRY_S3_PUBLIC_ENDPOINT: httpUrl.optional(),
  GANTRY_S3_REGION: name.default('us-east-1'),
  GANTRY_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not a bucket name')
    .default('gantry'),
  GANTRY_S3_ACCESS_KEY: text,
  GANTRY_S3_SECRET_KEY: text,
  GANTRY_ENCRYPTION_KEY: encryptionKey,
  GANTRY_CONTROL_TASK_QUEUE: name.default('gantry-control'),
  GANTRY_BULK_TASK_QUEUE: name.default('gantry-bulk'),
  GANTRY_WORKER_ROLES: workerRoles.prefault('control,bulk'),
  GANTRY_BULK_CONCURRENCY: whole(1, 1000, 4),
  GANTRY_SHUTDOWN_GRACE_MS: whole(0, dayMs, 20_000),
  GANTRY_METRICS_ADDRESS: hostAndPort.optional(),
  GANTRY_ACTIVITY_MAX_ATTEMPTS: whole(1, 1_000_000, 6),
  GANTRY_ACTIVITY_INITIAL_INTERVAL_MS: whole(1, dayMs, 1000),
  GANTRY_ACTIVITY_MAX_INTERVAL_MS: whole(1, dayMs, 60_000),
  // Streaming work beats once a second.
  GANTRY_ACTIVITY_HEARTBEAT_TIMEOUT_MS: whole(2000, dayMs, 10_000),
  GANTRY_PARK_DEADLINE_MS: whole(1, 3650 * dayMs, 7 * dayMs),
  GANTRY_RUN_RETENTION_DAYS: whole(1, 36_500, 365),
  GANTRY_SWEEP_CRON: z
    .string()
    .regex(/^(\S+ ){4}\S+$/, 'is not a cron expression of five fields')
    .default('0 3 * * *'),
  GANTRY_WEBHOOK_TARGETS: z.enum(['any', 'public'], 'is neither any nor public').default('any'),
  GANTRY_WEBHOOK_TIMEOUT_MS: whole(1, 600_000, 10_000),
  GANTRY_WEBHOOK_POLL_MS: whole(10, dayMs, 2_000),
  GANTRY_WEBHOOK_FIRST_PAUSE_MS: whole(1, dayMs, 5_000),
  GANTRY_WEBHOOK_GIVE_UP_MS: whole(0, 365 * dayMs, 3 * dayMs),
  GANTRY_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'is not a log level')
    .default('info'),
});

/** The secrets, each of which may also be given as `<name>_FILE`, the path of a file that holds it. */
export const secretVariables = [
  'GANTRY_DATABASE_PASSWORD',
  'GANTRY_S3_ACCESS_KEY',
  'GANTRY_S3_SECRET_KEY',
  'GANTRY_ENCRYPTION_KEY',
] as const;

/** Names of all variables that `parseSettings` reads, `…_FILE` forms included. */
export const settingNames: readonly string[] = [
  ...Object.keys(SettingVariables.shape),
  ...secretVariables.map((secret) => `${secret}_FILE`),
];

/** What to do about a variable, where "correct it" says too little. */
export const settingFixes: Readonly<Record<string, string>> = {
  GANTRY_DATABASE_URL:
    'Set it to postgres://user@host:port/database, with the password in GANTRY_DATABASE_PASSWORD_FILE.',
  GANTRY_DATABASE_PASSWORD: 'Name a readable file in GANTRY_DATABASE_PASSWORD_FILE.',
  GANTRY_TEMPORAL_ADDRESS:
    'Set it to the host:port of the Temporal front end, such as 127.0.0.1:7233.',
  GANTRY_TEMPORAL_UI_URL:
    'Set it to the address of the Temporal UI, such as http://127.0.0.1:8233.',
  GANTRY_S3_ENDPOINT: 'Set it to the address of the object store, such as http://127.0.0.1:9000.',
  GANTRY_S3_ACCESS_KEY:
    'Set it, or name a file that holds it in GANTRY_S3_ACCESS_KEY_FILE; not both.',
  GANTRY_S3_SECRET_KEY:
    'Set it, or name a file that holds it in GANTRY_S3_SECRET_KEY_FILE; not both.',
  GANTRY_ENCRYPTION_KEY:
    'Make one with "openssl rand -base64 32" and name the file that holds it in GANTRY_ENCRYPTION_KEY_FILE.',
  GANTRY_WORKER_ROLES: 'Set it to control, bulk or control,bulk.',
};

/** A whole number written in decimal digits, within bounds. */
function whole(min: number, max: number, byDefault: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `is less than ${min}`).max(max, `is more than ${max}`))
    .prefault(String(byDefault));
}

function hasProtocol(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}
