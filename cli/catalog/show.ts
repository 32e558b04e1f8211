import type { Command } from 'commander';
import type { Output } from '../kit/output';
import { withSession } from '../kit/session';
import type { AssetVersion, StoredAsset } from '../../client';
import { parseCount } from '../kit/parse-count';

interface ShowOptions {
  readonly project?: string;
  readonly assetVersion?: number;
  readonly versions?: boolean;
}

/** Adds `gantry catalog show`. */
export function registerShow(catalog: Command): void {
  catalog
    .command('show')
    .description('Show the document of an asset, its secrets left out, or its versions.')
    .argument('<type>', 'type of the asset')
    .argument('<code>', 'code of the asset')
    .option('--project <code>', 'project of the asset; none for types of the tenant')
    .option('--asset-version <number>', 'as it was in this version', parseCount)
    .option('--versions', 'list the versions instead')
    .addHelpText(
      'after',
      `
Examples:
  $ gantry catalog show compute_task daily_orders --project orders
  $ gantry catalog show data_source erp --versions`,
    )
    .action((...[type, code, options, command]: [string, string, ShowOptions, Command]) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const project = options.project ?? null;
        // The client tells which types there are.
        const ref = { tenant: await tenant(), type: type as never, project, code };
        if (options.versions === true) {
          const versions = await gantry.catalog.versions(ref);
          output.result({ versions }, () => printVersions(output, versions));
          return;
        }
        const version = options.assetVersion;
        const asset = await gantry.catalog.show(version === undefined ? ref : { ...ref, version });
        output.result(asset, () => printAsset(output, asset));
      }),
    );
}

function printAsset(output: Output, asset: StoredAsset): void {
  const secrets = asset.hasSecrets ? ', secrets stored' : '';
  const deleted = asset.deletedAt === null ? '' : `, deleted at ${asset.deletedAt}`;
  output.note(`version ${asset.version}, sha256 ${asset.digest}${secrets}${deleted}`);
  output.line(JSON.stringify(asset.document, null, 2));
}

function printVersions(output: Output, versions: readonly AssetVersion[]): void {
  output.table(
    ['version', 'changed', 'by', 'saved', 'bytes', 'sha256'],
    versions.map((one) => [
      ...[one.version, one.changedAt, one.changedBy, one.savedAt, one.sizeBytes],
      one.digest ?? 'deleted',
    ]),
  );
}
