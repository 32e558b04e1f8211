import type { Import } from '../../client';
import { formatBytes } from '../kit/format';
import type { Output } from '../kit/output';
import { printable } from '../kit/printable';

/** Prints an import: its package, its plan in counts. */
export function printImport(output: Output, one: Import): void {
  const { manifest, counts } = one;
  output.table(
    ['import', one.id],
    [
      ['what', one.kind === 'undo' ? `undo of ${one.undoes ?? ''}` : printable(one.fileName)],
      ['state', one.warning === null ? one.state : `${one.state} (${one.warning})`],
      ...(one.reason === null ? [] : [['reason', printable(one.reason)]]),
      ['asked for by', `${one.operator}, ${one.createdAt.toISOString()}`],
      ...(one.sourceTenant === null ? [] : [['source', printable(one.sourceTenant)]]),
      ...(one.packageDigest === null ? [] : [['sha256', one.packageDigest]]),
      ...(one.sizeBytes === null ? [] : [['size', formatBytes(one.sizeBytes)]]),
      ...(manifest === null ? [] : [['package', `${manifest.packageId}, ${manifest.method}`]]),
      ...(one.planDigest === null ? [] : [['plan', one.planDigest]]),
      ...(one.appliedAt === null ? [] : [['applied', one.appliedAt.toISOString()]]),
      ...(one.undoneBy === null ? [] : [['undone by', one.undoneBy]]),
      ['run', one.runId],
    ],
  );
  if (counts !== null) {
    output.line();
    output.table(
      ['plan', 'objects'],
      [
        ['new', counts.new],
        ['changed', counts.changed],
        ['deleted', counts.deleted],
        ['the same', counts.same],
        ['changed only here', counts.onlyOnTargetChanged],
        ['in conflict', counts.conflict],
        ['written', counts.writes],
        ['references to nothing', counts.missingReferences],
        ...(counts.toPublish === undefined ? [] : [['to be published', counts.toPublish]]),
      ],
    );
  }
}
