import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { connectGantry, type Gantry } from '../../client';
import { credentialFiles } from '../../local/stack-credentials';
import { buildWorkerEnvironment, readStackEnvironment } from '../../local/stack-environment';
import { buildStackPaths, defaultHome } from '../../local/stack-paths';
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
  readonly options: GlobalOptions;
  readonly output: Output;
  /** The tenant meant: `--tenant`, GANTRY_TENANT, or the only one where the caller has a role. */
  readonly tenant: () => Promise<string>;
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
      options,
      output: createOutput({ json: options.json === true }),
      tenant: () => resolveTenant(options, gantry),
    });
  } finally {
    await gantry.close();
  }
}

/** The folder of the embedded stack: `--home`, GANTRY_HOME, else `.gantry` of the current folder. */
export function resolveHome(home: string | undefined): string {
  return home === undefined ? defaultHome(process.env) : resolve(home);
}

/**
 * The folder of the stack that a command works with, or undefined where the shell names another
 * installation: GANTRY_DATABASE_URL without `--home`.
 */
export function resolveStackHome(options: GlobalOptions): string | undefined {
  const named = process.env['GANTRY_DATABASE_URL'] ?? '';
  return named !== '' && options.home === undefined ? undefined : resolveHome(options.home);
}

/**
 * The settings: those of the shell alone where it names an installation, else those of the embedded
 * stack, of which the shell may set the limits. Throws `StackNotFound` where there is neither.
 */
export function resolveEnvironment(options: GlobalOptions): Record<string, string | undefined> {
  const home = resolveStackHome(options);
  if (home === undefined) return process.env;
  return {
    // Connections and secrets of two installations do not mix.
    ...buildWorkerEnvironment(process.env, readStackEnvironment(home)),
    GANTRY_ADMIN_TOKEN_FILE: credentialFiles(buildStackPaths(home)).adminTokenFile,
  };
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

/** The token in a file; throws `Unauthenticated` where there is none. */
export function readToken(path: string): string {
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
