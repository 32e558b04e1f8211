import { z } from 'zod';
import { parseInput } from '../../schemas/parse-input';
import { PipelineError, isPipelineError } from '../../schemas/pipeline-error';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import {
  DraftExportSettings,
  ReleaseDescription,
  UnfinishedScope,
  isUnfinished,
} from '../../schemas/releases/release-draft';
import { ReleaseName } from '../../schemas/releases/release-name';
import { ChainScope, StandaloneScope, type ReleaseScope } from '../../schemas/releases/scope';
import type { Finding } from '../../schemas/runs/finding';
import { findBase, type BaseSearch } from './find-base';
import type { Connection } from '../database/connect';
import { findNotOffered } from './resolve-scope';

/** A draft whose groups are checked; a group that was not given is undefined. */
export interface CheckedDraft {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly exportSettings: ExportSettings | undefined;
  readonly scope: ReleaseScope | UnfinishedScope | undefined;
}

/** Where a draft is made: what the tenant offers, and which packages it may continue. */
export interface DraftPlace {
  readonly features: readonly string[];
  findBase(named: string): Promise<BaseSearch>;
}

const groups = ['name', 'description', 'exportSettings', 'scope'];

/**
 * Checks what was given of a draft, group by group, against the rules and against the tenant's
 * features and packages; throws `DraftInvalid` with every fault of every group at once (REL-7,
 * REL-14, REL-16). A base that was named otherwise is named by its id afterwards.
 */
export async function checkDraft(given: unknown, place: DraftPlace): Promise<CheckedDraft> {
  const findings: Finding[] = [];
  const draft = (typeof given === 'object' && given !== null ? given : {}) as Record<
    string,
    unknown
  >;
  const check = <S extends z.ZodType>(group: string, schema: S): z.output<S> | undefined => {
    if (draft[group] === undefined) return undefined;
    try {
      const shape = z.strictObject({ [group]: schema });
      return parseInput(shape, { [group]: draft[group] })[group] as z.output<S>;
    } catch (error) {
      if (!isPipelineError(error, 'InvalidInput')) throw error;
      findings.push(...error.findings);
      return undefined;
    }
  };
  const checked: CheckedDraft = {
    name: check('name', ReleaseName),
    description: check('description', ReleaseDescription),
    exportSettings: check('exportSettings', DraftExportSettings),
    scope: check('scope', schemaOf(draft['scope'])),
  };
  findings.push(...findUnknownGroups(draft));
  const { scope } = checked;
  if (scope !== undefined && !isUnfinished(scope)) {
    findings.push(...findNotOffered(scope, place.features));
  }
  const found =
    scope !== undefined && 'base' in scope ? await place.findBase(scope.base.packageId) : undefined;
  if (found !== undefined && 'findings' in found) findings.push(...found.findings);
  if (findings.length > 0) throw new PipelineError('DraftInvalid', {}, { findings });
  if (found === undefined || 'findings' in found) return checked;
  const { packageId } = found.base;
  return { ...checked, scope: { method: 'incremental', base: { packageId } } };
}

/** The place of drafts of a tenant. */
export function placeOf(
  connection: Connection,
  tenant: { readonly id: number; readonly features: readonly string[] },
): DraftPlace {
  return {
    features: tenant.features,
    findBase: (named) => findBase(connection, tenant.id, named),
  };
}

/** A schema of its own, as the faults of a union say nothing. */
function schemaOf(scope: unknown): z.ZodType<ReleaseScope | UnfinishedScope> {
  if (isUnfinished(scope)) return UnfinishedScope;
  const namesBase = typeof scope === 'object' && scope !== null && 'base' in scope;
  return namesBase ? ChainScope : StandaloneScope;
}

function findUnknownGroups(draft: Record<string, unknown>): Finding[] {
  return Object.keys(draft)
    .filter((name) => !groups.includes(name))
    .map((name) => ({
      code: 'InputUnknown',
      severity: 'error',
      object: { type: 'input', project: null, code: name },
      reason: `${name}: is not a member of a draft`,
      fix: 'Leave it out.',
      overridable: false,
    }));
}
