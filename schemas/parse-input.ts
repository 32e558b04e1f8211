import type { z } from 'zod';
import { PipelineError } from './pipeline-error';
import type { Finding } from './runs/finding';

/**
 * Checks what a caller gave against its schema; throws `InvalidInput` with a finding per fault, all
 * of them at once. Values are not repeated in the findings, so that no secret gets into them. A
 * check of a schema names its own finding with `params: { finding: 'TimeZoneUnknown', fix: '…' }`.
 *
 * @example const input = parseInput(TenantInput, given);
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const findings = parsed.error.issues.flatMap(toFindings);
  const fields = [...new Set(findings.map((finding) => finding.object?.code ?? ''))];
  throw new PipelineError('InvalidInput', { fields }, { findings });
}

function toFindings(issue: z.core.$ZodIssue): Finding[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      toFinding('InputUnknown', [...path, key], 'is not a member of the input', 'Leave it out.'),
    );
  }
  if (issue.code === 'custom') {
    const params = (issue.params ?? {}) as { readonly finding?: string; readonly fix?: string };
    return [toFinding(params.finding ?? 'InputInvalid', path, issue.message, params.fix)];
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [
    missing
      ? toFinding('InputMissing', path, 'is missing', 'Give it.')
      : toFinding('InputInvalid', path, issue.message),
  ];
}

function toFinding(code: string, path: readonly string[], reason: string, fix?: string): Finding {
  const field = path.length === 0 ? 'input' : path.join('.');
  return {
    code,
    severity: 'error',
    object: { type: 'input', project: null, code: field },
    reason: `${field}: ${reason}`,
    fix: fix ?? `Correct ${field}.`,
    overridable: false,
  };
}
