import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { PipelineError, type Finding, type ReleaseDraftInput } from '../../client';

type SourceKind = 'compute-sources' | 'data-sources';

/** The options that say what a draft is. */
export interface DraftOptions {
  readonly name?: string;
  readonly description?: string;
  readonly method?: string;
  readonly base?: string;
  readonly from?: string;
  readonly to?: string;
  readonly category?: string[];
  readonly type?: string[];
  readonly project?: string[];
  readonly segment?: string[];
  readonly object?: string[];
  readonly objectsFile?: string;
  readonly withDependencies?: boolean;
  readonly createTableStatements?: boolean;
  readonly clearConnection?: SourceKind[];
  readonly keepAuthentication?: SourceKind[];
  readonly clearAuthentication?: SourceKind[];
  readonly confirmKeepAuthentication?: boolean;
}

/** Adds the options of a draft to a command. */
export function addDraftOptions(command: Command): Command {
  return command
    .option('--name <name>', 'file name of the package; made from tenant and time without it')
    .option('--description <text>', 'up to 64 characters')
    .addOption(
      new Option('--method <method>', 'how objects are chosen').choices([
        ...['full', 'incremental', 'objects'],
      ]),
    )
    .option(
      '--base <package>',
      'incremental: what differs from this package, by its id, release or digest',
    )
    .option('--from <date>', 'incremental: last changed on this day or later')
    .option('--to <date>', 'incremental: last changed on this day or earlier')
    .option('--category <category...>', 'incremental: every type of these categories')
    .option('--type <type...>', 'incremental: these types; all that are offered without any')
    .option('--project <code...>', 'incremental: these projects, at least one')
    .option('--segment <code...>', 'incremental: these data segments; any without')
    .option('--object <type:project:code...>', 'objects: these; type::code for those of the tenant')
    .option('--objects-file <file>', 'objects: one type:project:code a line; - for stdin')
    .option('--with-dependencies', 'objects: and all that they depend on')
    .option('--create-table-statements', 'add create-table statements of the tables in scope')
    .addOption(
      new Option('--clear-connection <kind...>', 'take connections out of sources').choices([
        ...['compute-sources', 'data-sources'],
      ]),
    )
    .addOption(
      new Option(
        '--keep-authentication <kind...>',
        'let authentication information of sources travel, encrypted with the release credential',
      ).choices(['compute-sources', 'data-sources']),
    )
    .addOption(
      new Option(
        '--clear-authentication <kind...>',
        'take authentication information out again, as it is without any option',
      ).choices(['compute-sources', 'data-sources']),
    )
    .option('--confirm-keep-authentication', 'say that keeping it is meant');
}

/** What the options say of a draft; groups that they do not mention are left out. */
export function toDraft(
  options: DraftOptions,
  offered: readonly string[],
): Partial<ReleaseDraftInput> {
  const scope = options.base === undefined ? toScope(options, offered) : toChain(options);
  const exportSettings = toExportSettings(options);
  return {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(exportSettings === undefined ? {} : { exportSettings }),
    // The client checks every value of it.
    ...(scope === undefined ? {} : { scope: scope as ReleaseDraftInput['scope'] }),
  };
}

function toScope(options: DraftOptions, offered: readonly string[]): unknown {
  const { from, to, category = [], type = [], project = [], segment = [] } = options;
  switch (options.method) {
    case undefined:
      return undefined;
    case 'full':
      return { method: 'full' };
    case 'objects':
      return {
        method: 'objects',
        objects: readIdentities(options),
        withDependencies: options.withDependencies === true,
      };
    default:
      return {
        method: 'incremental',
        changed: from === undefined && to === undefined ? 'all' : { from, to },
        categories: category,
        types: type.length + category.length === 0 ? offered : type,
        projects: project,
        segments: segment,
      };
  }
}

/** Options of other scopes are handed on, so that the client tells which do not go with a base. */
function toChain({ base, method = 'incremental', ...options }: DraftOptions): unknown {
  const { from, to, category, type, project, segment, object } = options;
  const others = {
    ...{ changed: from ?? to, categories: category, types: type },
    ...{ projects: project, segments: segment, objects: object ?? options.objectsFile },
  };
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  return { method, base: { packageId: base }, ...Object.fromEntries(given) };
}

function toExportSettings(options: DraftOptions): ReleaseDraftInput['exportSettings'] {
  const { createTableStatements, clearConnection } = options;
  const authentication = {
    ...perKind(options.keepAuthentication ?? [], 'keep'),
    ...perKind(options.clearAuthentication ?? [], 'clear'),
  };
  const confirmed = options.confirmKeepAuthentication;
  const settings = {
    ...(createTableStatements === undefined ? {} : { createTableStatements }),
    ...(clearConnection === undefined
      ? {}
      : { connectionInformation: perKind(clearConnection, 'clear') }),
    ...(Object.keys(authentication).length === 0
      ? {}
      : { authenticationInformation: authentication }),
    ...(confirmed === undefined ? {} : { keepAuthenticationConfirmed: confirmed }),
  };
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function perKind<T extends 'keep' | 'clear'>(
  kinds: readonly SourceKind[],
  handling: T,
): { readonly computeSources?: T; readonly dataSources?: T } {
  return {
    ...(kinds.includes('compute-sources') ? { computeSources: handling } : {}),
    ...(kinds.includes('data-sources') ? { dataSources: handling } : {}),
  };
}

interface Identity {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
}

function readIdentities(options: DraftOptions): Identity[] {
  const listed = [...(options.object ?? []), ...readLines(options.objectsFile)];
  const broken = listed.filter((text) => toIdentity(text) === undefined);
  if (broken.length > 0) {
    const findings = broken.map((text): Finding => ({
      code: 'IdentityUnreadable',
      severity: 'error',
      object: { type: 'input', project: null, code: text },
      reason: `${text} is not type:project:code`,
      fix: 'Write type:project:code, or type::code for what has no project.',
      overridable: false,
    }));
    throw new PipelineError('DraftInvalid', {}, { findings });
  }
  return listed.flatMap((text) => toIdentity(text) ?? []);
}

function readLines(path: string | undefined): string[] {
  if (path === undefined) return [];
  try {
    const text = readFileSync(path === '-' ? 0 : path, 'utf8');
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch (error) {
    throw new PipelineError('InvalidInput', { objectsFile: path }, { cause: error });
  }
}

/** The code is the rest, so it may have colons of its own. */
function toIdentity(text: string): Identity | undefined {
  const [, type, project, code] = /^([^:]+):([^:]*):(.+)$/s.exec(text) ?? [];
  if (type === undefined || code === undefined) return undefined;
  return { type, project: project === undefined || project === '' ? null : project, code };
}
