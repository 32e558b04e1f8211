import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { parseCount } from '../kit/parse-count';

interface InboxOptions {
  readonly all?: boolean;
  readonly markRead?: boolean;
  readonly limit?: number;
}

/** Adds `gantry inbox` (RUN-15, RUN-30). */
export function registerInbox(program: Command): void {
  program
    .command('inbox')
    .description('Your notices: packages ready, steps parked, approvals wanted or overdue.')
    .option('--all', 'those that you have read too')
    .option('--mark-read', 'mark the notices that are shown as read')
    .option('--limit <count>', 'at most so many, up to 1,000 (default: 100)', parseCount)
    .addHelpText('after', '\nExamples:\n  $ gantry inbox\n  $ gantry inbox --mark-read --json')
    .action((options: InboxOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const ref = { tenant: await tenant() };
        const notices = await gantry.inbox.list({
          ...ref,
          all: options.all === true,
          ...(options.limit === undefined ? {} : { limit: options.limit }),
        });
        const ids = notices.filter((one) => one.readAt === null).map((one) => one.id);
        const { marked } =
          options.markRead === true && ids.length > 0
            ? await gantry.inbox.markRead({ ...ref, ids })
            : { marked: 0 };
        output.result({ notices, marked }, () => {
          if (notices.length === 0) output.line('Nothing new.');
          for (const notice of notices) {
            const mark = notice.readAt === null ? '*' : ' ';
            output.line(`${mark} ${notice.createdAt}  ${notice.kind}  ${notice.title}`);
            if (notice.body !== '') output.line(`    ${notice.body.replaceAll('\n', '\n    ')}`);
            if (notice.runId !== null) output.line(`    run ${notice.runId}`);
          }
        });
      }),
    );
}
