import type { RunView, StepState, StepView } from '../../schemas/runs/step-view';

const marks: Record<StepState, string> = {
  pending: '·',
  running: '▶',
  parked: '✋',
  done: '✔',
  skipped: '↷',
  failed: '✘',
};

/** The run's page in the Temporal UI: every step in a table, and what to do where a person is waited for. */
export function describeRun(view: RunView): string {
  const rows = view.steps.map((step) => {
    const { name, state, startedAt, endedAt, attempts } = step;
    const cells = [
      marks[state],
      name,
      state,
      clock(startedAt),
      clock(endedAt),
      attempts,
      describeStep(step),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const waiting = view.waitingFor === null ? [] : [`### ${view.waitingFor}`, ''];
  const failed = view.steps.filter((step) => step.state !== 'done' && step.lastError !== null);
  // What an error says is not ours: fenced, so that it cannot become a part of the page.
  const errors = failed.flatMap((step) => [
    '~~~',
    `${step.lastError?.code ?? ''}: ${fenced(step)}`,
    '~~~',
    '',
  ]);
  const head = ['| | step | state | start | end | attempts | |', '|---|---|---|---|---|---|---|'];
  return [...waiting, ...errors, ...head, ...rows].join('\n').slice(0, 19_000);
}

/** Time of day, UTC; the run's page tells the day. */
function clock(at: string | null): string {
  return at === null ? '' : at.slice(11, 19);
}

function fenced(step: StepView): string {
  return (step.lastError?.message ?? '').replaceAll('~~~', '~ ~ ~').slice(0, 2000);
}

function describeStep(step: StepView): string {
  const parts: string[] = [];
  if (step.progress !== null) {
    const { done, total, unit, perSecond, remainingSeconds } = step.progress;
    parts.push(`${done} of ${total} ${unit}`);
    if (step.state === 'running')
      parts.push(
        `${perSecond}/s${remainingSeconds === null ? '' : `, ${remainingSeconds} s left`}`,
      );
  }
  if (step.note !== null) parts.push(step.note.replaceAll('|', '/'));
  return parts.join(' · ');
}
