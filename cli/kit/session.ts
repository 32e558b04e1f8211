import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { connectGantry, type Gantry } from '../../client';
import { resolveHome } from '../../local/home';
import { readStackEnvironment } from '../../local/stack-environment';
import { PipelineError } from '../../schemas/pipeline-error';
import { createOutput, type Output } from './output';

/** The options that every command knows. */
export interface GlobalOptions {
  readonly home?: string;
  readonly tenant?: string;
  readonly as?: string;
  readonly json?: boolean;
}

/** What a command works with. */
export interface Session {
  readonly gantry: Gantry;
  readonly output: Output;
  /** The tenant meant: `--tenant`, GANTRY_TENANT, or the only one where the caller has a role. */
  tenant(): Promise<string>;
}

/** Runs a command's body with a connected client and closes it afterwards. */
export async function withSession(
  command: Command,
  body: (session: Session) => Promise<void>,
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const environment = resolveEnvironment(options);
  const token = resolveToken(options, environment);
  const gantry = await connectGantry({ environment, ...(token === undefined ? {} : { token }) });
  try {
    await body({
      gantry,
      output: createOutput({ json: options.json === true }),
      tenant: () => resolveTenant(options, gantry),
    });
  } finally {
    await gantry.close();
  }
}

/** GANTRY_* of the shell, over those of the embedded stack of this folder where there is one. */
export function resolveEnvironment(options: GlobalOptions): Record<string, string | undefined> {
  return { ...readStackEnvironment(resolveHome(options.home)), ...process.env };
}

function resolveToken(
  options: GlobalOptions,
  environment: Record<string, string | undefined>,
): string | undefined {
  if (options.as === undefined && environment['GANTRY_TOKEN'] !== undefined)
    return environment['GANTRY_TOKEN'];
  const path =
    options.as === undefined
      ? environment['GANTRY_ADMIN_TOKEN_FILE']
      : tokenFile(resolveHome(options.home), options.as);
  return path === undefined ? undefined : readToken(path);
}

/** Where `gantry person add` leaves the token of a person of this stack. */
export function tokenFile(home: string, person: string): string {
  return join(home, 'credentials', 'people', `${encodeURIComponent(person)}.token`);
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new PipelineError('Unauthenticated', { tokenFile: path }, { cause: error });
  }
}

async function resolveTenant(options: GlobalOptions, gantry: Gantry): Promise<string> {
  const named = options.tenant ?? process.env['GANTRY_TENANT'];
  if (named !== undefined) return named;
  const mine = await gantry.tenants.list();
  if (mine.length === 1 && mine[0] !== undefined) return mine[0].code;
  throw new PipelineError('TenantNotChosen', { tenants: mine.map((tenant) => tenant.code) });
}
