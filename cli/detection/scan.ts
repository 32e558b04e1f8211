import type { Command } from 'commander';
import { withSession } from '../kit/session';

/** Adds `gantry detection scan`. */
export function registerScan(detection: Command): void {
  detection
    .command('scan')
    .description('Scan a file of asset documents for secrets with the features of a tenant.')
    .argument('<file>', 'NDJSON, plain or packed with gzip or xz; - for stdin')
    .addHelpText(
      'after',
      `
Examples:
  $ gantry detection scan assets.ndjson.xz --tenant retail
  $ zcat assets.ndjson.gz | gantry detection scan - --json`,
    )
    .action((file: string, _options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const scanned = await gantry.detection.scan({
          tenant: await tenant(),
          source: file === '-' ? process.stdin : file,
        });
        output.result(scanned, () => {
          output.table(
            ['type', 'project', 'code', 'reason'],
            scanned.findings.map(({ object, reason }) => [
              object?.type ?? '',
              object?.project ?? '',
              object?.code ?? '',
              reason,
            ]),
          );
          output.line(`documents  ${scanned.documents}`);
          output.line(`suspected  ${scanned.suspectedCount}`);
          if (scanned.skippedLines > 0) output.line(`skipped    ${scanned.skippedLines} lines`);
        });
      }),
    );
}
