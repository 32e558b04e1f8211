import { packageFinding } from '../../archive/package-findings';
import type { PackageShard } from '../../schemas/imports/package-shard';
import type { PackageManifest } from '../../schemas/releases/manifest';
import type { Finding } from '../../schemas/runs/finding';

/** What the list of entries alone says against the counts of the manifest (REL-24). */
export function countEntries(
  { counts, deletions }: PackageManifest,
  shards: readonly PackageShard[],
): Finding[] {
  const countOf = (kind: PackageShard['kind']): number =>
    shards.reduce((sum, shard) => sum + (shard.kind === kind ? shard.entries.length : 0), 0);
  const byType = Object.values(counts.byType).reduce((sum, count) => sum + count, 0);
  const pairs = [
    ['resources', counts.resources, countOf('resources')],
    ['statements', counts.statements, countOf('statements')],
    ['objects by type', counts.objects, byType],
    ['files of deletions', deletions === undefined ? 0 : 1, countOf('deletions')],
  ] as const;
  return pairs.flatMap(([what, said, found]) =>
    said === found
      ? []
      : [packageFinding('CountsDiffer', { detail: `${what}: ${said} said, ${found} found` })],
  );
}
