import colors from 'picocolors';
import type { Finding } from '../../schemas/runs/finding';
import { isPipelineError } from '../../schemas/pipeline-error';
import { printable } from './printable';
import { exitCodeOf, exitCodes } from './exit-codes';

/** Prints what went wrong and how to mend it, every finding at once; gives the exit status (RUN-15). */
export function reportError(error: unknown, options: { readonly json: boolean }): number {
  const shown = isPipelineError(error)
    ? { code: error.code, message: error.message, fix: error.fix, findings: error.findings }
    : {
        code: 'InternalError',
        message: messageOf(error),
        fix: 'Report it with this message.',
        findings: [],
      };
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ error: shown }, null, 2)}\n`);
  } else {
    process.stderr.write(`${colors.red('error')} ${shown.code}: ${printable(shown.message)}\n`);
    for (const finding of shown.findings) process.stderr.write(`${describeFinding(finding)}\n`);
    process.stderr.write(`  ${shown.fix}\n`);
  }
  return isPipelineError(error) ? exitCodeOf(error.code) : exitCodes.failed;
}

/** One finding in one or two lines. */
export function describeFinding(finding: Finding): string {
  const { object } = finding;
  const named =
    object === undefined
      ? ''
      : ` [${printable([object.type, object.project, object.code].filter((part) => part !== null).join(' '))}]`;
  const severity =
    finding.severity === 'error' ? colors.red(finding.severity) : colors.yellow(finding.severity);
  const next =
    finding.override === undefined
      ? printable(finding.fix)
      : `overridden: ${printable(finding.override.reason)}`;
  return `  ${severity} ${finding.code}${named}: ${printable(finding.reason)}\n      ${next}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
