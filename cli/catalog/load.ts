import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CatalogLoaded, DocumentFault } from '../../client';
import { isPipelineError, PipelineError } from '../../client';
import { catalogFormats, type CatalogFormat } from '../../schemas/catalog/load-result';
import type { Output } from '../kit/output';
import { withSession } from '../kit/session';
import { createFaultReport } from './fault-report';
import { createLoadBar } from './load-bar';
import { printLoaded } from './print-loaded';

interface LoadOptions {
  readonly project?: string;
  readonly format?: CatalogFormat;
  readonly skipBad?: boolean;
  readonly report?: string;
}

const shownFaults = 50;

/** Adds `gantry catalog load`. */
export function registerLoad(catalog: Command): void {
  catalog
    .command('load')
    .description(
      'Load asset documents and deletions, or a dbt manifest, into a tenant, all or nothing; loading the same again writes nothing.',
    )
    .argument(
      '<file>',
      'NDJSON or a dbt manifest.json, plain or packed with gzip or xz; - for stdin',
      notEmpty,
    )
    .option('--project <code>', 'the project that a dbt manifest is loaded into')
    .addOption(
      new Option(
        '--format <format>',
        'what the file is, where its first bytes do not tell',
      ).choices(catalogFormats),
    )
    .option('--skip-bad', 'leave bad lines out instead of loading nothing')
    .option('--report <file>', 'write every fault into this file, one JSON document a line')
    .addHelpText(
      'after',
      `
Examples:
  $ gantry catalog load assets.ndjson.xz --tenant retail
  $ zcat assets.ndjson.gz | gantry catalog load - --skip-bad --report faults.ndjson
  $ gantry catalog load target/manifest.json --tenant retail --project orders`,
    )
    .action((file: string, options: LoadOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const faults = collectFirst(options.report);
        const bar = createLoadBar(file, output);
        try {
          const loaded = await gantry.catalog.load({
            tenant: await tenant(),
            source: file === '-' ? process.stdin : file,
            ...(options.project === undefined ? {} : { project: options.project }),
            ...(options.format === undefined ? {} : { format: options.format }),
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

/** A table instead of a finding a paragraph: a broken file has thousands. */
function withTable(error: unknown, faults: FirstFaults): unknown {
  if (!isPipelineError(error, 'CatalogLinesInvalid')) return error;
  for (const line of describe(faults)) process.stderr.write(`${line}\n`);
  return new PipelineError(error.code, error.details);
}

function print(output: Output, loaded: CatalogLoaded, faults: FirstFaults): void {
  printLoaded(output, loaded);
  if (faults.count() > 0) for (const line of describe(faults)) output.note(line);
}

function describe(faults: FirstFaults): string[] {
  const places = faults.first.map((fault) => fault.node ?? String(fault.line));
  const width = Math.max(...places.map((place) => place.length), 4);
  const lines = faults.first.map(
    ({ code, reason }, index) => `${(places[index] ?? '').padStart(width)}  ${code}  ${reason}`,
  );
  const rest = faults.count() - faults.first.length;
  const more =
    rest === 0 ? [] : [`and ${rest} more of ${faults.count()}: --report FILE writes all of them`];
  const heading = faults.first.some((fault) => fault.node !== undefined) ? 'node' : 'line';
  return [`${heading.padStart(width)}  fault`, ...lines, ...more];
}

function notEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('Name a file, or - for stdin.');
  return value;
}
