import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import type { ImportInput } from '../../client';
import { PipelineError } from '../../schemas/pipeline-error';
import { collect } from '../kit/collect';
import { collectOverride, overrideHelp, type GivenOverride } from '../kit/read-override';
import { parseCount } from '../kit/parse-count';

/** Options of the commands that import, plan or check. */
export interface ImportOptions {
  readonly object?: true;
  readonly onConflict?: 'overwrite' | 'skip' | 'fail';
  readonly onConflictOf?: readonly string[];
  readonly policies?: string;
  readonly mappingVersion?: number;
  readonly expectPlan?: string;
  readonly requestId?: string;
  readonly override?: GivenOverride[];
}

/** Adds the options that say how an import is planned. */
export function addPlanOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--on-conflict <policy>', 'what becomes of objects changed on both sides').choices(
        ['overwrite', 'skip', 'fail'],
      ),
    )
    .option(
      '--on-conflict-of <type=policy>',
      'likewise for one type, such as shell=overwrite; repeatable',
      collect,
    )
    .option(
      '--policies <file>',
      'JSON: {"default": …, "types": {…}, "objects": [{"type", "project", "code", "policy"}]}',
    )
    .option('--mapping-version <number>', 'version of the mapping; else the latest', parseCount);
}

/** Adds the options of every command that takes a package. */
export function addPackageOptions(command: Command): Command {
  return command
    .option('--object', 'FILE is the key of an object in the store, below the storage prefix')
    .option(
      '--request-id <id>',
      'the same id asks for the same run again; without it every call is a new one',
    )
    .option('--override <override>', overrideHelp, collectOverride);
}

/** The input of the client that the options mean. Throws `InvalidInput` with every fault. */
export function toImportInput(
  tenant: string,
  file: string,
  options: ImportOptions,
): Omit<ImportInput, 'onProgress' | 'signal'> {
  return {
    tenant,
    ...(options.object === true ? { object: file } : { file }),
    requestId: options.requestId ?? randomUUID(),
    policies: toPolicies(options) as NonNullable<ImportInput['policies']>,
    ...(options.mappingVersion === undefined ? {} : { mappingVersion: options.mappingVersion }),
    ...(options.expectPlan === undefined ? {} : { expectedPlan: options.expectPlan }),
    ...(options.override === undefined ? {} : { overrides: options.override }),
  };
}

/** What the client checks: here only that it can be read. */
function toPolicies({ onConflict, onConflictOf, policies }: ImportOptions): unknown {
  const given = policies === undefined ? {} : readJson(policies);
  const types = Object.fromEntries(
    (onConflictOf ?? []).map((word) => {
      const [type = '', policy = ''] = word.split('=', 2);
      return [type, policy];
    }),
  );
  return {
    ...given,
    ...(onConflict === undefined ? {} : { default: onConflict }),
    ...(onConflictOf === undefined ? {} : { types: { ...given.types, ...types } }),
  };
}

function readJson(path: string): { readonly types?: Readonly<Record<string, unknown>> } {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, never>;
  } catch (error) {
    const finding = {
      code: 'PoliciesUnreadable',
      severity: 'error' as const,
      object: { type: 'input', project: null, code: 'policies' },
      reason: `${path} is no file with JSON`,
      fix: 'Write the policies as --help shows.',
      overridable: false,
    };
    throw new PipelineError('InvalidInput', { file: path }, { findings: [finding], cause: error });
  }
}
