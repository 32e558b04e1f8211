import { readFileSync } from 'node:fs';
import { PipelineError } from '../../schemas/pipeline-error';
import { roles } from '../../schemas/tenants/rights';
import { parseDuration } from '../kit/parse-duration';

const shorthand = 'approvers:';

/**
 * The approval policy that an option means: `none`, `approvers:…`, JSON, or a file with JSON. What
 * the policy says is checked by the client; here only that it can be read. Throws `InvalidInput`
 * with a finding per word that is not understood.
 */
export function readApproval(value: string): unknown {
  if (value === 'none') return { kind: 'none' };
  if (value.startsWith(shorthand)) return parseShorthand(value.slice(shorthand.length));
  try {
    const text = value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8');
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unreadable(
      [`${value} is neither none, nor approvers:…, nor JSON, nor a file with JSON`],
      error,
    );
  }
}

function parseShorthand(text: string): unknown {
  const approvers: unknown[] = [];
  const policy: Record<string, unknown> = { kind: 'approvers', approvers };
  const faults: string[] = [];
  for (const word of text.split(',').map((part) => part.trim())) {
    const [name = '', value] = word.split(/=(.*)/s, 2);
    if (value === undefined && (roles as readonly string[]).includes(name)) {
      approvers.push({ role: name });
    } else if (value === undefined && name === 'self-approval') {
      policy['selfApproval'] = true;
    } else if (value === undefined && name === 'one-time-code') {
      policy['oneTimeCode'] = true;
    } else if (value !== undefined && name === 'person') {
      approvers.push({ person: value });
    } else if (value !== undefined && Object.hasOwn(parameters, name)) {
      const [member, parse] = parameters[name as keyof typeof parameters];
      policy[member] = parse(value);
      if (policy[member] === undefined) faults.push(`${name} cannot be ${value}`);
    } else {
      faults.push(`${word === '' ? 'an empty word' : word} is not understood`);
    }
  }
  if (faults.length > 0) throw unreadable(faults);
  return policy;
}

const parameters = {
  quorum: ['quorum', parseWholeNumber],
  deadline: ['deadlineMs', parseDuration],
  'on-deadline': ['onDeadline', (value: string) => value],
  remind: ['remindEveryMs', parseDuration],
} as const;

function parseWholeNumber(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function unreadable(reasons: readonly string[], cause?: unknown): PipelineError {
  const findings = reasons.map((reason) => ({
    code: 'ApprovalUnreadable',
    severity: 'error' as const,
    object: { type: 'input', project: null, code: 'approval' },
    reason,
    fix: 'Write approvers: and then roles, person=NAME, quorum=N, deadline=2d, on-deadline=reject, remind=1d, self-approval, one-time-code.',
    overridable: false,
  }));
  return new PipelineError(
    'InvalidInput',
    { fields: ['approval'] },
    { findings, ...(cause === undefined ? {} : { cause }) },
  );
}
