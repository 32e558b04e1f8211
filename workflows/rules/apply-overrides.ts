import type { Finding } from '../../schemas/runs/finding';
import type { FindingOverride } from '../../schemas/runs/override';

/** Findings of a check, told apart by what they do to the run. */
export interface JudgedFindings {
  /** They end the run. */
  readonly errors: readonly Finding[];
  /** Errors that somebody lets pass, each with the reason. */
  readonly overridden: readonly Finding[];
  /** What there is to say besides. */
  readonly rest: readonly Finding[];
}

/**
 * Lets errors pass that may be overridden and that an override names (RUN-24). An override without
 * an object is for every finding of its code; one with an object for that object alone.
 */
export function applyOverrides(
  findings: readonly Finding[],
  overrides: readonly FindingOverride[],
): JudgedFindings {
  const errors: Finding[] = [];
  const overridden: Finding[] = [];
  const rest: Finding[] = [];
  for (const finding of findings) {
    if (finding.severity !== 'error') rest.push(finding);
    else {
      const override = finding.overridable
        ? overrides.find((candidate) => covers(candidate, finding))
        : undefined;
      if (override === undefined) errors.push(finding);
      else overridden.push({ ...finding, override: { reason: override.reason } });
    }
  }
  return { errors, overridden, rest };
}

function covers({ code, object }: FindingOverride, finding: Finding): boolean {
  if (code !== finding.code) return false;
  if (object === undefined) return true;
  const { object: found } = finding;
  return (
    found !== undefined &&
    found.type === object.type &&
    found.project === object.project &&
    found.code === object.code
  );
}
