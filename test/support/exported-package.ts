import { createHash } from 'node:crypto';
import { Open } from 'unzipper';
import { expect } from '@jest/globals';
import type { FaultStack } from './fault-stack';

const tenant = 'retail';

/** The SHA-256 of every entry of a package, by path. */
export async function readEntries(content: Buffer): Promise<Map<string, string>> {
  const { files } = await Open.buffer(content);
  const digests = files.map(async (file): Promise<[string, string]> => {
    return [file.path, sha256(await file.buffer())];
  });
  return new Map(await Promise.all(digests));
}

/**
 * Fails unless the run left one registered package, the one that is stored, and nothing else: no
 * staged object, no unfinished upload. Gives the digests of its entries, without the two that hold
 * ids and times of the run (REL-21).
 */
export async function expectWholePackage(
  { person, objects }: Pick<FaultStack, 'person' | 'objects'>,
  release: string,
): Promise<Map<string, string>> {
  const shown = await person('mara').releases.show({ tenant, release });
  expect(shown.state).toBe('exported');
  const packageId = shown.package?.id ?? 'none';
  const keys = await objects.keys();
  expect(keys.filter((key) => key.startsWith('staging/'))).toEqual([]);
  expect(await objects.unfinishedUploads()).toEqual([]);
  const [key, ...others] = keys.filter((one) => one.includes(packageId));
  expect(others).toEqual([]);
  const content = await objects.read(key ?? '');
  expect(sha256(content)).toBe(shown.package?.digest);
  const entries = await readEntries(content);
  entries.delete('manifest.json');
  entries.delete('seal.json');
  return entries;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
