import type { PackageManifest } from '../schemas/releases/manifest';
import { canonicalize } from './canonical-json';
import { manifestPath, sealPath } from './package-layout';
import { buildSeal, type SealingSecrets } from './seal';

/** An entry that lies in memory. */
export interface HeadEntry {
  readonly path: string;
  readonly content: Buffer;
}

/** The first two entries of a package, `manifest.json` and `seal.json`, ready for `joinFragments` (REL-24). */
export async function buildPackageHead(
  manifest: PackageManifest,
  secrets: SealingSecrets,
): Promise<readonly [manifest: HeadEntry, seal: HeadEntry]> {
  const content = Buffer.from(canonicalize(manifest), 'utf8');
  const seal = await buildSeal(content, secrets);
  return [
    { path: manifestPath, content },
    { path: sealPath, content: Buffer.from(canonicalize(seal), 'utf8') },
  ];
}
