import type { Command } from 'commander';
import type { ApprovalDetails } from '../../client';
import type { Output } from '../kit/output';
import { countTables, summaryRows, warningsOf, whatOf } from './print-summary';
import { describeFinding } from '../kit/report-error';
import { withSession } from '../kit/session';
import { registerListen } from './listen';
import { readCode } from './read-code';

/** `gantry approval`: what waits for a decision, and the decision (RUN-9, RUN-10). */
export function registerApproval(program: Command): void {
  const approval = program
    .command('approval')
    .description('see and decide what waits for approval');
  approval
    .command('list')
    .description('what waits for your decision')
    .option('--all', 'also what others decide and what is decided')
    .addHelpText('after', '\nExample:\n  $ gantry approval list --as anna')
    .action((_: unknown, command: Command) => list(command));
  approval
    .command('show <request>')
    .description('what will happen, for which digest, and who has decided')
    .addHelpText('after', '\nExample:\n  $ gantry approval show apr_0f3c')
    .action((request: string, _: unknown, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const details = await gantry.approvals.show({ request });
        output.result(details, () => printApproval(output, details));
      }),
    );
  registerDecision(approval, 'approve');
  registerDecision(approval, 'reject');
  registerCode(approval);
  registerListen(approval);
}

function registerCode(approval: Command): void {
  approval
    .command('code <request>')
    .description('make your one-time code for a request that asks for one; the one before is void')
    .addHelpText(
      'after',
      '\nIt is shown this once, and never with --json: programs call approvals.code of the SDK.\n\nExample:\n  $ gantry approval code apr_0f3c --as anna',
    )
    .action((request: string, _: unknown, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const { code } = await gantry.approvals.code({ request });
        output.result({ request, issued: true }, () => output.line(code));
      }),
    );
}

interface DecisionOptions {
  readonly comment: string;
  readonly codeFile?: string;
}

function registerDecision(approval: Command, decision: 'approve' | 'reject'): void {
  const reason = decision === 'reject' ? 'the reason; it must be given' : 'a remark';
  approval
    .command(`${decision} <request>`)
    .description(
      decision === 'approve' ? 'approve a request' : 'reject a request, which ends its run',
    )
    .option('--comment <text>', reason, '')
    .option('--code-file <path>', 'file with your one-time code; - reads it from stdin')
    .addHelpText(
      'after',
      `\nExample:\n  $ gantry approval ${decision} apr_0f3c --as anna --comment "…"`,
    )
    .action((request: string, { comment, codeFile }: DecisionOptions, command: Command) =>
      withSession(command, async (session) => {
        const { gantry, output } = session;
        const code = await readCode(session, request, codeFile);
        const given = { request, comment, ...(code === undefined ? {} : { code }) };
        const result = await gantry.approvals[decision](given);
        output.result(result, () =>
          output.line(
            result.judged
              ? `${request}: ${result.state}`
              : `${request}: sent; no worker has judged it yet. Look again: gantry approval show ${request}`,
          ),
        );
      }),
    );
}

async function list(command: Command): Promise<void> {
  await withSession(command, async ({ gantry, output, tenant }) => {
    const { all = false } = command.opts<{ readonly all?: boolean }>();
    const approvals = await gantry.approvals.list({ tenant: await tenant(), all });
    output.result(approvals, () => {
      output.table(
        ['request', 'state', 'what', 'objects', 'asked for by', 'opened', 'due'],
        approvals.map((one) => [
          one.id,
          one.state,
          whatOf(one),
          Number(one.summary['objects'] ?? 0),
          one.requestedBy,
          one.openedAt,
          one.dueAt,
        ]),
      );
      if (approvals.length === 0) output.note('nothing waits for you');
    });
  });
}

function printApproval(output: Output, one: ApprovalDetails): void {
  output.line(`${one.id}  ${one.state}`);
  output.table(
    ['', ''],
    [
      ['what', whatOf(one)],
      ['run', one.run],
      ['asked for by', one.requestedBy],
      ['opened', one.openedAt],
      ['due', one.dueAt],
      ['digest', one.subjectDigest],
      ...summaryRows(one.summary),
    ],
  );
  for (const { head, counts } of countTables(one.summary)) output.table([head, ''], counts);
  for (const warning of warningsOf(one.summary)) output.line(describeFinding(warning));
  if (one.decisions.length === 0) return;
  output.table(
    ['who', 'decision', 'verdict', 'when', 'comment'],
    one.decisions.map((decision) => [
      decision.approver,
      decision.decision,
      decision.verdict,
      decision.decidedAt,
      decision.comment,
    ]),
  );
}
