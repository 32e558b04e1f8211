import { archiveFindings } from '../../archive/archive-findings';
import { packageFindings } from '../../archive/package-findings';
import { exitCodeOf } from '../../cli/kit/exit-codes';
import { failures, type FailureCode } from '../../schemas/failures';

const head = `<!-- Made by \`npm run docs:failures\` from the catalogues in the code; edit those. -->

# Failures

## Errors

Every error of Gantry has a code out of this table, which stays the same while its words may change.
The client throws \`PipelineError\` with \`code\`, \`details\`, \`findings\` and \`fix\`; the command line prints
them and ends with the exit status; in Temporal the code is the failure's type. A _transient_ one is
tried again by the engine, then parks the run; a _permanent_ one parks it at once
([runs](runs.md)).

Exit statuses: 0 done, 1 failed, 2 wrong call, 3 not allowed, 4 not found, 5 it ran and ended
otherwise than wished (rejected, check failed, findings), 6 a server does not answer.
`;

/** The page docs/failures.md, from the catalogues of errors and of findings about archives. */
export function renderFailures(): string {
  const codes = (Object.keys(failures) as FailureCode[]).sort();
  return [
    head,
    table(
      ['code', 'kind', 'exit', 'what it says', 'what to do'],
      codes.map((code) => {
        const { retry, message, fix } = failures[code];
        return [`\`${code}\``, retry, String(exitCodeOf(code)), message, fix];
      }),
    ),
    '\n## Findings about archives\n\nWhy an archive is refused, all of severity `error`.\n',
    table(
      ['code', 'what it says', 'what to do'],
      Object.entries(archiveFindings)
        .sort(byCode)
        .map(([code, [reason, fix]]) => [`\`${code}\``, reason, fix]),
    ),
    '\n## Findings about packages\n',
    table(
      ['code', 'severity', 'what it says', 'what to do'],
      Object.entries(packageFindings)
        .sort(byCode)
        .map(([code, [severity, reason, fix]]) => [`\`${code}\``, severity, reason, fix]),
    ),
    '',
  ].join('\n');
}

function byCode([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  return [names, names.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
