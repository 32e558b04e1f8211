import type { z } from 'zod';
import { PipelineError } from './pipeline-error';
import type { Finding } from './runs/finding';
import { SettingVariables, secretVariables, settingFixes } from './setting-variables';

/** What a Gantry process needs to know about its surroundings, checked and with defaults filled in. */
export interface Settings {
  /** `url` holds the password, whether it came in the URL or from a file. */
  readonly database: { readonly url: string; readonly poolMax: number };
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly uiUrl: string;
  };
  readonly objectStore: {
    readonly endpoint: string;
    /** The endpoint in presigned links, where clients reach the store under another name. */
    readonly publicEndpoint?: string;
    readonly region: string;
    readonly bucket: string;
    readonly accessKey: string;
    readonly secretKey: string;
  };
  /** 32 bytes; secrets at rest are encrypted with it (RUN-20). */
  readonly encryptionKey: Uint8Array;
  readonly taskQueues: { readonly control: string; readonly bulk: string };
  readonly worker: {
    readonly roles: readonly WorkerRole[];
    readonly bulkConcurrency: number;
    readonly shutdownGraceMs: number;
    /** `host:port` of the Prometheus page; none is served without it. */
    readonly metricsAddress?: string;
  };
  readonly retry: {
    readonly maxAttempts: number;
    readonly initialIntervalMs: number;
    readonly maxIntervalMs: number;
    /** An activity that has not been heard of for so long is run again by another worker. */
    readonly heartbeatTimeoutMs: number;
  };
  /** How long a parked run waits for a person before it is aborted (RUN-3). */
  readonly parkDeadlineMs: number;
  readonly upkeep: {
    /** Days that records of closed runs are kept (RUN-26). */
    readonly runRetentionDays: number;
    /** When it is swept, in UTC. */
    readonly sweepCron: string;
  };
  /** How messages to webhooks are sent (RUN-30). */
  readonly webhooks: {
    /** `public`: only https, and only to addresses that are neither loopback nor private. */
    readonly targets: 'any' | 'public';
    /** For one request. */
    readonly timeoutMs: number;
    /** How often a worker looks for messages that are due. */
    readonly pollMs: number;
    /** The pause after the first attempt; each further one is four times longer. */
    readonly firstPauseMs: number;
    /** Age at which a message is given up. */
    readonly giveUpAfterMs: number;
  };
  readonly logLevel: LogLevel;
}

/** What a worker process takes work from: the control queue, the bulk queue, or both. */
export type WorkerRole = z.infer<typeof SettingVariables>['GANTRY_WORKER_ROLES'][number];

/** How much a process logs. */
export type LogLevel = z.infer<typeof SettingVariables>['GANTRY_LOG_LEVEL'];

/** Reads a file of a `…_FILE` variable; throws when it cannot. */
export type ReadSettingFile = (path: string) => string;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings in an environment record; throws `SettingsInvalid` with a finding per fault, all of
 * them at once, and never the value of a secret. An empty variable counts as not set.
 *
 * @example const settings = parseSettings(process.env, (path) => readFileSync(path, 'utf8'));
 */
export function parseSettings(env: Environment, readFile?: ReadSettingFile): Settings {
  const { values, findings } = resolveSecrets(env, readFile);
  const parsed = SettingVariables.safeParse(values);
  if (!parsed.success) {
    const known = new Set(findings.map((finding) => finding.object?.code));
    findings.push(
      ...toFindings(parsed.error, values).filter((one) => !known.has(one.object?.code)),
    );
  }
  if (!parsed.success || findings.length > 0) {
    const variables = findings.map((finding) => finding.object?.code ?? '');
    throw new PipelineError('SettingsInvalid', { variables }, { findings });
  }
  return toSettings(parsed.data);
}

/** Fills each secret that is given as `<name>_FILE` with the trimmed text of that file. */
function resolveSecrets(env: Environment, readFile: ReadSettingFile | undefined) {
  const values: Record<string, string> = {};
  const findings: Finding[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value !== '') values[name] = value;
  }
  for (const name of secretVariables) {
    const path = values[`${name}_FILE`];
    if (path === undefined) continue;
    if (values[name] !== undefined) {
      findings.push(toFinding('SettingTwice', name, `${name} and ${name}_FILE are both set`));
      continue;
    }
    try {
      if (readFile === undefined) throw new Error('no file reader');
      values[name] = readFile(path).trim();
    } catch {
      findings.push(
        toFinding('SettingFileUnreadable', name, `${name}_FILE names a file that cannot be read`),
      );
    }
  }
  return { values, findings };
}

function toFindings(error: z.ZodError, values: Readonly<Record<string, string>>): Finding[] {
  const byName = new Map<string, Finding>();
  for (const issue of error.issues) {
    const name = String(issue.path[0]);
    if (byName.has(name)) continue;
    const missing = values[name] === undefined;
    const reason = missing ? `${name} is not set` : `${name} ${issue.message}`;
    byName.set(name, toFinding(missing ? 'SettingMissing' : 'SettingInvalid', name, reason));
  }
  return [...byName.values()];
}

function toFinding(code: string, name: string, reason: string): Finding {
  return {
    code,
    severity: 'error',
    object: { type: 'setting', project: null, code: name },
    reason,
    fix: settingFixes[name] ?? `Correct ${name}.`,
    overridable: false,
  };
}

function toSettings(values: z.infer<typeof SettingVariables>): Settings {
  const publicEndpoint = values.GANTRY_S3_PUBLIC_ENDPOINT;
  const metricsAddress = values.GANTRY_METRICS_ADDRESS;
  return {
    database: {
      url: withPassword(values.GANTRY_DATABASE_URL, values.GANTRY_DATABASE_PASSWORD),
      poolMax: values.GANTRY_DATABASE_POOL_MAX,
    },
    temporal: {
      address: values.GANTRY_TEMPORAL_ADDRESS,
      namespace: values.GANTRY_TEMPORAL_NAMESPACE,
      uiUrl: values.GANTRY_TEMPORAL_UI_URL,
    },
    objectStore: {
      endpoint: values.GANTRY_S3_ENDPOINT,
      ...(publicEndpoint === undefined ? {} : { publicEndpoint }),
      region: values.GANTRY_S3_REGION,
      bucket: values.GANTRY_S3_BUCKET,
      accessKey: values.GANTRY_S3_ACCESS_KEY,
      secretKey: values.GANTRY_S3_SECRET_KEY,
    },
    encryptionKey: values.GANTRY_ENCRYPTION_KEY,
    taskQueues: {
      control: values.GANTRY_CONTROL_TASK_QUEUE,
      bulk: values.GANTRY_BULK_TASK_QUEUE,
    },
    worker: {
      roles: values.GANTRY_WORKER_ROLES,
      bulkConcurrency: values.GANTRY_BULK_CONCURRENCY,
      shutdownGraceMs: values.GANTRY_SHUTDOWN_GRACE_MS,
      ...(metricsAddress === undefined ? {} : { metricsAddress }),
    },
    retry: {
      maxAttempts: values.GANTRY_ACTIVITY_MAX_ATTEMPTS,
      initialIntervalMs: values.GANTRY_ACTIVITY_INITIAL_INTERVAL_MS,
      maxIntervalMs: values.GANTRY_ACTIVITY_MAX_INTERVAL_MS,
      heartbeatTimeoutMs: values.GANTRY_ACTIVITY_HEARTBEAT_TIMEOUT_MS,
    },
    parkDeadlineMs: values.GANTRY_PARK_DEADLINE_MS,
    upkeep: {
      runRetentionDays: values.GANTRY_RUN_RETENTION_DAYS,
      sweepCron: values.GANTRY_SWEEP_CRON,
    },
    webhooks: {
      targets: values.GANTRY_WEBHOOK_TARGETS,
      timeoutMs: values.GANTRY_WEBHOOK_TIMEOUT_MS,
      pollMs: values.GANTRY_WEBHOOK_POLL_MS,
      firstPauseMs: values.GANTRY_WEBHOOK_FIRST_PAUSE_MS,
      giveUpAfterMs: values.GANTRY_WEBHOOK_GIVE_UP_MS,
    },
    logLevel: values.GANTRY_LOG_LEVEL,
  };
}

function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  const parsed = new URL(url);
  parsed.password = encodeURIComponent(password);
  return parsed.toString();
}
