import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PackageVerdict } from '../../../client';
import { hasRealData, identityOf, readRealCatalog } from '../../support/real-data';
import { expectedDigest } from './expected-line';
import { findLookalikes, findSecrets, gatherSecrets } from './planted-secrets';
import { createRealTenant, type RealTenant } from './real-tenant';
import { readLineDigests, readTexts } from './unpacked-package';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealData ? describe : describe.skip;

const warehouse = 'warehouse-2026-08-21';
const standards = 'standards-and-metrics';

describeReal('full releases of real catalogs (skipped where ../shared/real is missing)', () => {
  let folder: string;
  let tenant: RealTenant;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-real-'));
    tenant = await createRealTenant(folder);
    writeFileSync(join(folder, 'credential.txt'), tenant.credential, { mode: 0o600 });
  }, 120_000);

  afterAll(async () => {
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Exports everything and unpacks it into `<name>`; gives what the check of the file said. */
  const release = async (name: string): Promise<PackageVerdict> => {
    const id = (await tenant.line(`gantry release create --method full --name ${name}.dp`)).trim();
    await tenant.line(`gantry release export ${id} --wait --json`);
    await tenant.line(`gantry release download ${id} --output ${name}.dp`);
    const checked = 'credential-file credential.txt --json';
    const verdict = await tenant.line(`gantry package verify ${name}.dp --${checked}`);
    await tenant.line(`gantry package unpack ${name}.dp --output ${name} --${checked}`);
    return JSON.parse(verdict) as PackageVerdict;
  };

  const expectPackaged = async (
    name: string,
    catalogs: readonly string[],
    count: number,
  ): Promise<void> => {
    const verdict = await release(name);
    expect(verdict.findings).toEqual([]);
    expect(verdict.counts?.objects).toBe(count);
    const packed = await readLineDigests(join(folder, name));
    expect(packed.size).toBe(count);
    const differing: string[] = [];
    for (const catalog of catalogs) {
      for await (const document of readRealCatalog(catalog)) {
        if (packed.get(identityOf(document)) !== expectedDigest(document))
          differing.push(identityOf(document));
      }
    }
    expect(differing).toEqual([]);
  };

  it('REL-25 carries 8,105 objects of a warehouse, each as it was loaded', async () => {
    await tenant.load(warehouse);
    await expectPackaged('warehouse', [warehouse], 8_105);
  }, 600_000);

  it('REL-25 carries 43,554 objects of a warehouse with its standards and metrics', async () => {
    await tenant.load(standards);
    await expectPackaged('everything', [warehouse, standards], 43_554);
  }, 600_000);

  it('RUN-20 shows no secret of a source in packages, histories, logs, output and tables', async () => {
    const secrets = await gatherSecrets([warehouse, standards]);
    expect(secrets.size).toBe(110);
    const packed = await readTexts(join(folder, 'everything'));
    const traces = await tenant.traces();
    const rows = await findLookalikes(tenant.database);

    expect(packed.length).toBeGreaterThan(20);
    expect(traces.some((trace) => trace.includes('EVENT_TYPE') || trace.includes('eventId'))).toBe(
      true,
    );
    expect(findSecrets([...packed, ...traces, ...rows], secrets)).toEqual([]);
  }, 300_000);
});
