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
      toFinding([...path, key], {
        code: 'InputUnknown',
        reason: 'is not a member of the input',
        fix: 'Leave it out.',
      }),
    );
  }
  if (issue.code === 'custom') {
    const params = (issue.params ?? {}) as { readonly finding?: string; readonly fix?: string };
    const code = params.finding ?? 'InputInvalid';
    return [toFinding(path, { code, reason: issue.message, fix: params.fix })];
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [
    missing
      ? toFinding(path, { code: 'InputMissing', reason: 'is missing', fix: 'Give it.' })
      : toFinding(path, { code: 'InputInvalid', reason: issue.message }),
  ];
}

function toFinding(
  path: readonly string[],
  fault: { readonly code: string; readonly reason: string; readonly fix?: string | undefined },
): Finding {
  const field = path.length === 0 ? 'input' : path.join('.');
  return {
    code: fault.code,
    severity: 'error',
    object: { type: 'input', project: null, code: field },
    reason: `${field}: ${fault.reason}`,
    fix: fault.fix ?? `Correct ${field}.`,
    overridable: false,
  };
}
