import type { CatalogLoaded } from '../../client';
import type { Output } from '../kit/output';

/** Prints what a load did, type by type, and what it left out of a dbt manifest. */
export function printLoaded(output: Output, loaded: CatalogLoaded): void {
  output.line(
    `${loaded.lines} ${loaded.format === 'dbt' ? 'objects' : 'lines'}: ` +
      `${loaded.created} created, ${loaded.changed} changed, ` +
      `${loaded.deleted} deleted, ${loaded.unchanged} unchanged, ` +
      `${loaded.ignoredDeletions} deletions of what was not there, ${loaded.skipped} skipped`,
  );
  const types = Object.entries(loaded.byType);
  if (types.length > 0) {
    output.table(
      ['type', 'created', 'changed', 'deleted', 'unchanged'],
      types.map(([type, row]) => [type, row.created, row.changed, row.deleted, row.unchanged]),
    );
  }
  if (loaded.manifest !== undefined) printManifest(output, loaded.manifest);
}

function printManifest(output: Output, manifest: NonNullable<CatalogLoaded['manifest']>): void {
  const { dbtProject, dbtVersion, schemaVersion, generatedAt } = manifest;
  output.line(
    `dbt project ${dbtProject}, dbt ${dbtVersion ?? 'of unknown version'}, ` +
      `manifest v${schemaVersion}${generatedAt === null ? '' : `, generated at ${generatedAt}`}`,
  );
  if (manifest.projectCreated) output.line('The project was not there and was created.');
  const leftOut = Object.entries(manifest.leftOut).map(([kind, count]) => `${count} ${kind}`);
  output.line(`left out: ${leftOut.length === 0 ? 'nothing' : leftOut.join(', ')}`);
  output.line(
    `${manifest.references} references, ${manifest.danglingReferences} of them to nothing there is`,
  );
}
