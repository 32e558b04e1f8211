import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyPackageFile } from '../../../client';
import { exportJune } from '../../../examples/sdk/export-release';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';

const workspace = path.resolve(__dirname, '../../../examples/workspace');

describe('examples/sdk/export-release.ts', () => {
  let stack: GantryStack;
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gantry-example-'));
    stack = await createGantryStack({
      catalog: await readCatalog(),
      settings: {
        exportApproval: {
          kind: 'approvers',
          approvers: [{ role: 'approver' }],
          quorum: 1,
          selfApproval: false,
          onDeadline: 'expire',
        },
      },
    });
  }, 120_000);
  afterAll(async () => {
    await stack.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('RUN-12 drafts, previews, exports, approves and downloads', async () => {
    const { person, credential } = stack;
    const said: string[] = [];
    const file = await exportJune({
      print: (line) => said.push(line),
      releaseUser: person('mara'),
      approver: person('sofia'),
      target: folder,
    });
    const { ok, manifest } = await verifyPackageFile({ file, credential });
    expect({ ok, method: manifest?.method }).toEqual({ ok: true, method: 'incremental' });
    expect(manifest?.counts.objects).toBeGreaterThan(0);
    expect(said.at(-1)).toMatch(/^succeeded/);
  }, 120_000);
});

async function readCatalog(): Promise<string[]> {
  const names = (await readdir(workspace)).filter(
    (name) => name.endsWith('.ndjson') && name !== 'changes.ndjson',
  );
  const files = await Promise.all(
    names.map((name) => readFile(path.join(workspace, name), 'utf8')),
  );
  return files.flatMap((content) => content.trimEnd().split('\n'));
}
