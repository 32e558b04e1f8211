import type { Finding, PackageInspection, PackageManifest, PackageVerdict } from '../../client';
import { exitCodes } from '../kit/exit-codes';
import { formatBytes } from '../kit/format';
import type { Output } from '../kit/output';
import { printable } from '../kit/printable';
import { describeFinding } from '../kit/report-error';

/** Prints the facts of a package: file, manifest, counts by type, what was taken out. */
export function printPackage(output: Output, found: PackageInspection | PackageVerdict): void {
  const { manifest } = found;
  const sealed = 'seal' in found ? [sealRow(found.seal)] : [];
  output.table(
    ['package', ''],
    [
      ['size', `${found.bytes} bytes (${formatBytes(found.bytes)})`],
      ['sha256', found.digest],
      ...(manifest === undefined ? [] : manifestRows(manifest)),
      ...sealed,
    ].map(([name = '', value = '']) => [name, printable(value)]),
  );
  if (manifest === undefined) return;
  printCounts(output, ['type', 'objects'], Object.entries(manifest.counts.byType));
  printCounts(
    output,
    ['taken out of', 'values'],
    manifest.settings.cleared.map(({ type, count }) => [type, count] as const),
  );
  const notes = manifest.notes ?? [];
  if (notes.length > 0) output.line('\nWhat the export had to say:');
  for (const note of notes) output.line(describeFinding(note));
}

/** Prints every finding with its code and what to do about it. */
export function printFindings(output: Output, findings: readonly Finding[]): void {
  for (const finding of findings) output.line(describeFinding(finding));
  if (findings.length > 0) output.line();
}

/** Sets the exit status: 5 where a finding is an error. */
export function concludePackage(findings: readonly Finding[]): void {
  if (findings.some((finding) => finding.severity === 'error'))
    process.exitCode = exitCodes.unwanted;
}

function printCounts(
  output: Output,
  head: readonly [string, string],
  rows: readonly (readonly [string, number])[],
): void {
  if (rows.length === 0) return;
  output.line();
  output.table(
    head,
    rows.map(([name, count]) => [printable(name), count]),
  );
}

function manifestRows(manifest: PackageManifest): [name: string, value: string][] {
  const { counts, chain, settings } = manifest;
  return [
    ['name', manifest.name],
    ...(manifest.description === '' ? [] : ([['description', manifest.description]] as const)),
    ['id', manifest.packageId],
    ['format', String(manifest.formatVersion)],
    ['source', `${manifest.sourceTenant.code} (${manifest.sourceTenant.name})`],
    [
      'needs',
      `version ${manifest.productVersion}, ${manifest.engineMode} engine: ${manifest.engines
        .map((engine) => engine.type)
        .join(', ')}`,
    ],
    ['created', `${manifest.createdAt} by ${manifest.createdBy}`],
    ['method', manifest.method],
    ...(chain === undefined
      ? []
      : ([['continues', `${chain.baseDigest} as number ${chain.sequence}`]] as const)),
    [
      'content',
      `${counts.objects} objects, ${counts.resources} resources, ${counts.statements} statements`,
    ],
    ['deletions', String(manifest.deletions?.count ?? 0)],
    ['requirements', `${manifest.requirements.count} that the target has to have`],
    ['connections', describeHandling(settings.connectionInformation)],
    ['authentication', describeAuthentication(settings.authenticationInformation)],
  ].map(([name = '', value = '']) => [name, value]);
}

function sealRow(seal: NonNullable<PackageInspection['seal']>): [string, string] {
  return ['seal', `${seal.algorithm}, ${seal.isSigned ? 'signed' : 'not signed'}`];
}

function describeAuthentication(handling: Parameters<typeof describeHandling>[0]): string {
  return describeHandling(handling).replaceAll('keep', 'kept, encrypted with the credential');
}

function describeHandling(handling: { computeSources: string; dataSources: string }): string {
  return `compute sources: ${handling.computeSources}, data sources: ${handling.dataSources}`;
}
