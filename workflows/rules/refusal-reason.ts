import type { Finding } from '../../schemas/runs/finding';

const reasonsAtMost = 5;

/** Why a check ends a run, in one sentence: its different reasons, the first of them; the report has all. */
export function refusalReason(errors: readonly Finding[]): string {
  const reasons = [...new Set(errors.map((finding) => finding.reason))];
  const more = reasons.length - reasonsAtMost;
  const told = reasons.slice(0, reasonsAtMost).join('; ');
  return more > 0 ? `${told}; and ${more} more` : told;
}

/** The same as codes, for the line of the step. */
export function refusalCodes(errors: readonly Finding[]): string {
  return [...new Set(errors.map((finding) => finding.code))].join(', ');
}
