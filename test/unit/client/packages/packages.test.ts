import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  inspectPackageFile,
  unpackPackageFile,
  verifyPackageFile,
  type PackageProgress,
} from '../../../../client';
import { listRealArchives, verdictOf } from '../../archive/real-archives';
import {
  listFiles,
  removeFolder,
  temporaryFolder,
  writePackage,
} from '../../cli/packages/package-file';

let folder = '';

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => removeFolder(folder));

describe('package files', () => {
  it('REL-29 tell how far their check is, up to the end', async () => {
    const file = await writePackage(folder);
    const seen: PackageProgress[] = [];
    await verifyPackageFile({ file, onProgress: (progress) => seen.push(progress) });
    const last = seen.at(-1);
    expect(last?.done).toBe(last?.total);
    expect(seen.map(({ done }) => done)).toEqual(
      seen.map(({ done }) => done).sort((left, right) => left - right),
    );
  });

  it('REL-29 are unpacked no further once the signal says so, and leave nothing', async () => {
    const file = await writePackage(folder);
    const controller = new AbortController();
    const unpacking = unpackPackageFile({
      file,
      folder: path.join(folder, 'out'),
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(unpacking).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(await listFiles(folder)).toEqual(['june.dp']);
  });
});

const archives = listRealArchives();
const whenPresent = archives.length > 0 ? describe : describe.skip;

whenPresent('archives of other test suites', () => {
  it.each(archives)('RUN-19 refuses $name as a package', async (archive) => {
    const { file } = archive;
    const out = path.join(folder, 'out');
    const codes = verdictOf(archive);
    const inspected = await inspectPackageFile({ file });
    const verified = await verifyPackageFile({ file });
    // What only reading the content shows comes after the missing manifest.
    const found = new Set(verified.findings.map((finding) => finding.code));
    expect(verified.ok).toBe(false);
    expect([...found].every((code) => code === 'ManifestMissing' || codes.includes(code))).toBe(
      true,
    );
    expect(inspected.findings).toEqual(verified.findings);
    await expect(unpackPackageFile({ file, folder: out })).rejects.toThrow(
      expect.objectContaining({ code: 'PackageCorrupt' }),
    );
    expect(await listFiles(folder)).toEqual([]);
  });
});
