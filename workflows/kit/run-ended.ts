import type { Finding } from '../../schemas/runs/finding';
import type { RunOutcome } from '../../schemas/workflows';

/**
 * Ends a run with a business outcome from wherever it stands (RUN-6). It never leaves the workflow:
 * `conductRun` turns it into the report.
 */
export class RunEnded extends Error {
  override readonly name = 'RunEnded';
  readonly outcome: Exclude<RunOutcome, 'succeeded'>;
  readonly findings: readonly Finding[];

  constructor(
    outcome: Exclude<RunOutcome, 'succeeded'>,
    reason: string,
    findings: readonly Finding[] = [],
  ) {
    super(reason);
    this.outcome = outcome;
    this.findings = findings;
  }
}
