import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Open } from 'unzipper';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { draft, ended } from '../runs/run-world';

const tenant = 'retail';

describe('two exports of the same scope and settings', () => {
  let stack: GantryStack;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-e2e-'));
    stack = await createGantryStack();
  });
  afterAll(async () => {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Exports a release and gives the digest of each entry, in the order of the package. */
  const exported = async (release: string): Promise<[string, string][]> => {
    const run = await stack.person('mara').releases.export({ tenant, release });
    expect((await ended(stack, run)).status).toBe('succeeded');
    const target = join(folder, `${release}.dp`);
    await stack.person('mara').releases.download({ tenant, release, target });
    const { files } = await Open.file(target);
    return Promise.all(
      files.map(async (file): Promise<[string, string]> => [
        file.path,
        createHash('sha256')
          .update(await file.buffer())
          .digest('hex'),
      ]),
    );
  };

  it('REL-21 differ in manifest.json and seal.json only', async () => {
    const first = await draft(stack, { scope: { method: 'full' }, description: 'twice' });
    const copy = await stack.person('mara').releases.copy({ tenant, release: first });
    const one = await exported(first);
    const other = await exported(copy.id);
    const differing = one.filter(([path, digest], index) => {
      const [otherPath, otherDigest] = other[index] ?? [];
      return path !== otherPath || digest !== otherDigest;
    });

    expect(one.map(([path]) => path)).toEqual(other.map(([path]) => path));
    expect(one.length).toBeGreaterThan(4);
    expect(differing.map(([path]) => path)).toEqual(['manifest.json', 'seal.json']);
  });

  it('REL-24 begin with the manifest and the seal, and REL-25 hold a file per type', async () => {
    const paths = (await exported(await draft(stack))).map(([path]) => path);

    expect(paths.slice(0, 2)).toEqual(['manifest.json', 'seal.json']);
    expect(paths.slice(2)).toEqual([
      'objects/development/database_sql/0001.ndjson',
      'objects/development/python/0001.ndjson',
      'objects/global/project/0001.ndjson',
      'requirements.ndjson',
    ]);
  });
});
