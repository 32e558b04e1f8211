import { SingleBar } from 'cli-progress';
import type { Gantry, RunDetails } from '../../client';
import type { StepView } from '../../schemas/runs/step-view';
import { exitCodes } from '../kit/exit-codes';
import { formatBytes } from '../kit/format';
import type { Output } from '../kit/output';
import { printable } from '../kit/printable';

/**
 * Follows a run to its end on stderr: a line for every step that begins, waits or ends, and a bar
 * on a terminal. Gives the ended run; the exit status says whether it succeeded.
 */
export async function watchRun(gantry: Gantry, output: Output, run: string): Promise<RunDetails> {
  const seen = new Map<string, string>();
  const bar = process.stderr.isTTY && !output.json ? createBar() : undefined;
  let last: RunDetails | undefined;
  for await (const details of gantry.runs.watch({ run })) {
    last = details;
    for (const step of details.steps) announce(step, seen, (text) => printAbove(output, bar, text));
    drawProgress(bar, details.steps);
    announceWait(details, seen, (text) => printAbove(output, bar, text));
  }
  bar?.stop();
  if (last === undefined) throw new Error('a watched run gave no state');
  process.exitCode = last.status === 'succeeded' ? exitCodes.done : exitCodes.unwanted;
  return last;
}

type Print = (text: string) => void;

function announce(step: StepView, seen: Map<string, string>, print: Print): void {
  if (step.state === 'pending' || seen.get(step.name) === step.state) return;
  seen.set(step.name, step.state);
  const why =
    step.state === 'parked' && step.lastError !== null
      ? ` (${step.lastError.code}: ${printable(step.lastError.message)})`
      : '';
  print(`${step.name}: ${step.state}${step.note === null ? '' : ` (${step.note})`}${why}`);
}

function announceWait(details: RunDetails, seen: Map<string, string>, print: Print): void {
  const waiting = details.waitingFor ?? '';
  if (waiting === '' || seen.get('waiting') === waiting) return;
  seen.set('waiting', waiting);
  print(`  ${waiting.replaceAll('**', '').replaceAll('`', '')}`);
  if (details.approvalRequestId !== null)
    print(`  gantry approval approve ${details.approvalRequestId}`);
}

function createBar(): SingleBar {
  return new SingleBar({
    format: '  {bar} {percentage}% {value}/{total} {unit} {bytes} {perSecond}/s {left}',
    hideCursor: true,
    clearOnComplete: true,
  });
}

function drawProgress(bar: SingleBar | undefined, steps: readonly StepView[]): void {
  const step = steps.find(
    (candidate) => candidate.state === 'running' && candidate.progress !== null,
  );
  const progress = step?.progress;
  if (bar === undefined || progress === undefined || progress === null) {
    bar?.stop();
    return;
  }
  const shown = {
    unit: progress.unit,
    bytes: formatBytes(progress.bytesDone),
    perSecond: progress.perSecond,
    left: progress.remainingSeconds === null ? '' : `${progress.remainingSeconds} s left`,
  };
  if (!bar.isActive) bar.start(progress.total, progress.done, shown);
  else bar.update(progress.done, shown);
}

function printAbove(output: Output, bar: SingleBar | undefined, text: string): void {
  if (bar?.isActive === true) bar.stop();
  output.note(text);
}
