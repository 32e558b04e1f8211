import type { Command } from 'commander';
import { parseCount } from '../kit/parse-count';
import { withSession } from '../kit/session';
import { toTime } from './to-time';

interface AuditOptions {
  readonly action?: string;
  readonly actor?: string;
  readonly object?: string;
  readonly outcome?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly installation?: boolean;
}

/** Adds `gantry audit list` (RUN-15, RUN-23). */
export function registerAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('The audit log: who did what, and what was refused.');
  audit
    .command('list')
    .description('List the audit log, latest first.')
    .option('--action <action>', 'such as tenant.settings.edit')
    .option('--actor <name>', 'who did it')
    .option('--object <object>', 'what it was done to, such as person/li')
    .option('--outcome <outcome>', 'ok, refused, or what became of it')
    .option('--since <time>', 'from this ISO 8601 time on, or so long ago: 2d, 90m')
    .option('--until <time>', 'before this time, likewise')
    .option('--limit <count>', 'at most so many, up to 1,000 (default: 100)', parseCount)
    .option('--cursor <text>', 'go on where the page before ended')
    .option('--installation', 'the entries of the installation instead of a tenant')
    .addHelpText(
      'after',
      '\nExamples:\n  $ gantry audit list --since 2d --outcome refused\n  $ gantry audit list --actor li --json',
    )
    .action((options: AuditOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const { installation, since, until, ...filters } = options;
        const page = await gantry.audit.list({
          ...filters,
          ...(installation === true ? {} : { tenant: await tenant() }),
          ...(since === undefined ? {} : { since: toTime(since, new Date()) }),
          ...(until === undefined ? {} : { until: toTime(until, new Date()) }),
        });
        output.result(page, () => {
          output.table(
            ['at', 'actor', 'action', 'object', 'outcome', 'details'],
            page.entries.map((entry) => [
              entry.at,
              entry.actorSource === 'token' ? entry.actor : `${entry.actor} (${entry.actorSource})`,
              entry.action,
              entry.object,
              entry.outcome,
              shorten(JSON.stringify(entry.details)),
            ]),
          );
          if (page.next !== null) output.note(`more: --cursor ${page.next}`);
        });
      }),
    );
}

function shorten(details: string): string {
  if (details === '{}') return '';
  return details.length > 120 ? `${details.slice(0, 119)}…` : details;
}
