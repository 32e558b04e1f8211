import { compareIdentities } from '../../archive/line-identity';
import { FindingList } from '../../archive/package-findings';
import { deletionsPath, requirementsPath } from '../../archive/package-layout';
import type { EntryEdges } from '../../schemas/imports/package-shard';
import type { Finding } from '../../schemas/runs/finding';
import type { IndexedManifest } from '../../store/imports/close-index';
import { typeOfPath } from './group-entries';

/**
 * What the files of lines of a package say together: the files of a type go on where the one before
 * ended, so that nothing is there twice, and there are as many lines as the manifest says (REL-24).
 */
export function judgeEdges(manifest: IndexedManifest, edges: readonly EntryEdges[]): Finding[] {
  const findings = new FindingList();
  const byType = new Map<string, number>();
  const lasts = new Map<string, EntryEdges['last']>();
  let requirements = 0;
  let deletions = 0;
  for (const { path, lines, first, last } of edges) {
    const type = typeOfPath(path);
    if (path === requirementsPath) requirements += lines;
    else if (path === deletionsPath) deletions += lines;
    if (type === undefined) continue;
    byType.set(type, (byType.get(type) ?? 0) + lines);
    if (isOutOfOrder(lasts.get(type) ?? null, first))
      findings.add('LineOutOfOrder', { entry: path, detail: 'line 1' });
    lasts.set(type, last ?? lasts.get(type) ?? null);
  }
  const said = manifest.counts.byType;
  const pairs: [what: string, said: number, found: number][] = [
    ['requirements', manifest.requirements.count, requirements],
    ['deletions', manifest.deletions?.count ?? 0, deletions],
    ...[...new Set([...Object.keys(said), ...byType.keys()])]
      .sort()
      .map((type): [string, number, number] => [type, said[type] ?? 0, byType.get(type) ?? 0]),
  ];
  for (const [what, expected, found] of pairs) {
    if (expected !== found)
      findings.add('CountsDiffer', { detail: `${what}: ${expected} said, ${found} found` });
  }
  return [...findings.all];
}

function isOutOfOrder(last: EntryEdges['last'], first: EntryEdges['first']): boolean {
  if (last === null || first === null) return false;
  return compareIdentities(toIdentity(last), toIdentity(first)) >= 0;
}

function toIdentity([type, project, code]: readonly [string, string, string]) {
  return { type, project, code };
}
