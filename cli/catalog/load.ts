import { InvalidArgumentError, type Command } from 'commander';
import type { CatalogLoaded, DocumentFault } from '../../client';
import { isPipelineError, PipelineError } from '../../client';
import type { Output } from '../kit/output';
import { withSession } from '../kit/session';
import { createFaultReport } from './fault-report';
import { createLoadBar } from './load-bar';

interface LoadOptions {
  readonly skipBad?: boolean;
  readonly report?: string;
}

const shownFaults = 50;

/** Adds `gantry catalog load`. */
export function registerLoad(catalog: Command): void {
  catalog
    .command('load')
    .description(
      'Load asset documents and deletions into a tenant, all or nothing; loading the same again writes nothing.',
    )
    .argument('<file>', 'NDJSON, plain or packed with gzip or xz; - for stdin', notEmpty)
    .option('--skip-bad', 'leave bad lines out instead of loading nothing')
    .option('--report <file>', 'write every fault into this file, one JSON document a line')
    .addHelpText(
      'after',
      `
Examples:
  $ gantry catalog load assets.ndjson.xz --tenant retail
  $ zcat assets.ndjson.gz | gantry catalog load - --skip-bad --report faults.ndjson`,
    )
    .action((file: string, options: LoadOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const faults = collectFirst(options.report);
        const bar = createLoadBar(file, output);
        try {
          const loaded = await gantry.catalog.load({
            tenant: await tenant(),
            source: file === '-' ? process.stdin : file,
            skipBad: options.skipBad === true,
            onProgress: (progress) => bar.update(progress),
            onFault: (fault) => faults.add(fault),
          });
          bar.stop();
          await faults.close();
          output.result(loaded, () => print(output, loaded, faults));
        } catch (error) {
          bar.stop();
          await faults.close();
          throw output.json ? error : withTable(error, faults);
        }
      }),
    );
}

interface FirstFaults {
  readonly first: DocumentFault[];
  count(): number;
  add(fault: DocumentFault): void;
  /** Waits until the report is written. */
  close(): Promise<void>;
}

function collectFirst(reportPath: string | undefined): FirstFaults {
  const report = reportPath === undefined ? undefined : createFaultReport(reportPath);
  const first: DocumentFault[] = [];
  let count = 0;
  return {
    first,
    count: () => count,
    add(fault) {
      count += 1;
      if (first.length < shownFaults) first.push(fault);
      report?.add(fault);
    },
    close: async () => report?.close(),
  };
}

function print(output: Output, loaded: CatalogLoaded, faults: FirstFaults): void {
  output.line(
    `${loaded.lines} lines: ${loaded.created} created, ${loaded.changed} changed, ` +
      `${loaded.deleted} deleted, ${loaded.unchanged} unchanged, ` +
      `${loaded.ignoredDeletions} deletions of what was not there, ${loaded.skipped} skipped`,
  );
  const types = Object.entries(loaded.byType);
  if (types.length > 0) {
    output.table(
      ['type', 'created', 'changed', 'deleted'],
      types.map(([type, row]) => [type, row.created, row.changed, row.deleted]),
    );
  }
  if (faults.count() > 0) for (const line of describe(faults)) output.note(line);
}

/** A table instead of a finding a paragraph: a broken file has thousands. */
function withTable(error: unknown, faults: FirstFaults): unknown {
  if (!isPipelineError(error, 'CatalogLinesInvalid')) return error;
  for (const line of describe(faults)) process.stderr.write(`${line}\n`);
  return new PipelineError(error.code, error.details);
}

function describe(faults: FirstFaults): string[] {
  const width = Math.max(...faults.first.map((fault) => String(fault.line).length), 4);
  const lines = faults.first.map(
    ({ line, code, reason }) => `${String(line).padStart(width)}  ${code}  ${reason}`,
  );
  const rest = faults.count() - faults.first.length;
  const more =
    rest === 0 ? [] : [`and ${rest} more of ${faults.count()}: --report FILE writes all of them`];
  return [`${'line'.padStart(width)}  fault`, ...lines, ...more];
}

function notEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('Name a file, or - for stdin.');
  return value;
}
