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
import { ReleaseScope } from '../../schemas/releases/scope';
import type { Finding } from '../../schemas/runs/finding';
import { findNotOffered } from './resolve-scope';

/** A draft whose groups are checked; a group that was not given is undefined. */
export interface CheckedDraft {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly exportSettings: ExportSettings | undefined;
  readonly scope: ReleaseScope | UnfinishedScope | undefined;
}

const groups = ['name', 'description', 'exportSettings', 'scope'];

/**
 * Checks what was given of a draft, group by group, against the rules and against the tenant's
 * features; throws `DraftInvalid` with every fault of every group at once (REL-7, REL-14).
 */
export function checkDraft(given: unknown, features: readonly string[]): CheckedDraft {
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
    scope: check('scope', isUnfinished(draft['scope']) ? UnfinishedScope : ReleaseScope),
  };
  findings.push(...findUnknownGroups(draft));
  if (checked.scope !== undefined && !isUnfinished(checked.scope)) {
    findings.push(...findNotOffered(checked.scope, features));
  }
  if (findings.length > 0) throw new PipelineError('DraftInvalid', {}, { findings });
  return checked;
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
