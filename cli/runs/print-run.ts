import colors from 'picocolors';
import type { RunDetails } from '../../client';
import type { StepState, StepView } from '../../schemas/runs/step-view';
import { formatBytes } from '../kit/format';
import type { Output } from '../kit/output';
import { printable } from '../kit/printable';
import { describeFinding } from '../kit/report-error';

const marks: Record<StepState, string> = {
  pending: '·',
  running: '▶',
  parked: '✋',
  done: '✔',
  skipped: '↷',
  failed: '✘',
};

/** Prints a run: what it is, every step, and what to do where a person is waited for. */
export function printRun(output: Output, run: RunDetails): void {
  output.line(`${run.id}  ${colors.bold(run.status)}  asked for by ${run.requestedBy}`);
  output.table(
    ['', 'step', 'state', 'attempts', 'took', ''],
    run.steps.map((step) => [
      marks[step.state],
      step.name,
      step.state,
      step.attempts === 0 ? '' : step.attempts,
      duration(step),
      describeStep(step),
    ]),
  );
  for (const step of run.steps) {
    if (step.lastError !== null && step.state !== 'done') {
      output.line(`${step.name}: ${step.lastError.code}: ${printable(step.lastError.message)}`);
    }
  }
  if (run.waitingFor !== null) output.line(plain(run.waitingFor));
  if (!run.live) output.line('No worker answers: the steps may be old. Check: gantry doctor');
  printReport(output, run);
  for (const { execution, status, reason, endedAt } of run.earlier) {
    output.line(
      `execution ${execution} ended ${endedAt}: ${status}${reason === null ? '' : `: ${printable(reason)}`}`,
    );
  }
  output.line(`Temporal UI: ${run.link}`);
}

/** One line that says what a step is doing. */
export function describeStep(step: StepView): string {
  const parts: string[] = [];
  if (step.progress !== null) {
    const { done, total, unit, bytesDone, bytesTotal, perSecond, remainingSeconds } = step.progress;
    parts.push(
      `${done} of ${total} ${unit}`,
      `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`,
    );
    if (step.state === 'running' && remainingSeconds !== null) {
      parts.push(`${perSecond}/s`, `${remainingSeconds} s left`);
    }
  }
  if (step.note !== null) parts.push(step.note);
  return parts.join(', ');
}

function printReport(output: Output, { report }: RunDetails): void {
  if (report === null) return;
  if (report.reason !== undefined) output.line(`${report.outcome}: ${printable(report.reason)}`);
  for (const finding of report.findings) output.line(describeFinding(finding));
  for (const failure of report.undoFailures) output.line(`not undone: ${printable(failure)}`);
}

function duration({ startedAt, endedAt }: StepView): string {
  if (startedAt === null || endedAt === null) return '';
  return `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(2)} s`;
}

/** The page of the Temporal UI is Markdown; a terminal is not. */
function plain(markdown: string): string {
  return markdown.replaceAll('**', '').replaceAll('`', '');
}
