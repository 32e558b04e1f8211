import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { PipelineError } from '../../schemas/pipeline-error';
import { readCredential } from '../kit/read-credential';
import { resolveStackHome, type GlobalOptions } from '../kit/session';

const secretName = 'GANTRY_WEBHOOK_SECRET';
const callbackSecretName = 'GANTRY_CALLBACK_SECRET';

/** Secrets of a webhook, as its file holds them. */
export interface WebhookSecrets {
  readonly secret?: string;
  readonly callbackSecret?: string;
}

/** The lines of a secrets file, for a receiver to read as its environment. */
export function toSecretsFile(made: {
  readonly secret: string | null;
  readonly callbackSecret: string | null;
}): string {
  return [
    ...(made.secret === null ? [] : [`${secretName}=${made.secret}`]),
    ...(made.callbackSecret === null ? [] : [`${callbackSecretName}=${made.callbackSecret}`]),
  ].join('\n');
}

/** The secrets in a file of such lines, or from stdin for `-`; throws `InvalidInput` where there are none. */
export async function readSecretsFile(path: string): Promise<WebhookSecrets> {
  const values = parseEnv(await readCredential(path));
  const secret = values[secretName];
  const callbackSecret = values[callbackSecretName];
  if (secret === undefined && callbackSecret === undefined) {
    const finding = {
      code: 'InputMissing',
      severity: 'error' as const,
      object: { type: 'input', project: null, code: 'secretsFile' },
      reason: `the file has neither ${secretName} nor ${callbackSecretName}`,
      fix: `Write lines such as ${secretName}=whsec_…`,
      overridable: false,
    };
    throw new PipelineError('InvalidInput', { fields: ['secretsFile'] }, { findings: [finding] });
  }
  return {
    ...(secret === undefined ? {} : { secret }),
    ...(callbackSecret === undefined ? {} : { callbackSecret }),
  };
}

/** Where secrets are left unless a file is named; throws `TokenFileNeeded` outside an embedded stack. */
export function defaultSecretsFile(options: GlobalOptions, webhook: string): string {
  const home = resolveStackHome(options);
  if (home === undefined) throw new PipelineError('TokenFileNeeded', { webhook });
  return join(home, 'credentials', 'webhooks', `${webhook}.env`);
}
