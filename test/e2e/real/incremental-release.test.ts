import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LeftOutObject, Page } from '../../../client';
import {
  hasRealData,
  identityOf,
  readRealCatalog,
  type RawDocument,
} from '../../support/real-data';
import { createRealTenant, type RealTenant } from './real-tenant';
import { readLineDigests } from './unpacked-package';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealData ? describe : describe.skip;

const catalogs = [
  'warehouse-2026-05-22',
  ...['2026-07-22', '2026-08-14', '2026-08-20', '2026-08-21'].map(
    (day) => `warehouse-changes-${day}`,
  ),
];

// The tenant lives in Asia/Shanghai: its June begins and ends eight hours earlier.
const june = {
  from: Date.parse('2026-06-01T00:00:00+08:00'),
  to: Date.parse('2026-07-01T00:00:00+08:00'),
};

describeReal('a release of June (skipped where ../shared/real is missing)', () => {
  let folder: string;
  let tenant: RealTenant;
  let history: Map<string, RawDocument[]>;
  let create: string;
  let id: string;

  beforeAll(async () => {
    history = await readHistory();
    folder = mkdtempSync(join(tmpdir(), 'gantry-real-'));
    tenant = await createRealTenant(folder);
    for (const catalog of catalogs) await tenant.load(catalog);
    const projects = [...history.values()].flatMap(([first]) =>
      first?.type === 'project' ? [first.code] : [],
    );
    create =
      'gantry release create --method incremental --from 2026-06-01 --to 2026-06-30 ' +
      `--project ${projects.join(' ')}`;
    id = (await tenant.line(create)).trim();
  }, 300_000);

  afterAll(async () => {
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('REL-11 carries exactly what changed last in June', async () => {
    const expected = [...history].flatMap(([identity, states]) => {
      const last = states.at(-1);
      return last?.deleted !== true && isInJune(last) ? [identity] : [];
    });
    expect(expected.length).toBeGreaterThan(1_000);

    expect(id).toMatch(/^rel_[\w-]+$/);
    await tenant.line(`gantry release export ${id} --wait --json`);
    await tenant.line(`gantry release download ${id} --output june.dp`);
    await tenant.line('gantry package unpack june.dp --output june');
    const packed = await readLineDigests(join(folder, 'june'));

    expect([...packed.keys()].sort()).toEqual(expected.sort());
  }, 300_000);

  it('REL-9 lists what changed in June but last changed later', async () => {
    const expected = [...history].flatMap(([identity, states]) => {
      const last = states.at(-1);
      const live = states.filter((state) => state.deleted !== true);
      return last?.deleted !== true && !isInJune(last) && live.some(isInJune) ? [identity] : [];
    });

    const draft = (await tenant.line(create)).trim();
    const printed = await tenant.line(
      `gantry release preview ${draft} --left-out --page-size 1000 --json`,
    );
    const page = JSON.parse(printed) as Page<LeftOutObject>;

    expect(page.next).toBeNull();
    expect(page.items.map((item) => identityOf(item as never)).sort()).toEqual(expected.sort());
  }, 120_000);

  it('RUN-15 ends with 2 and prints one document where a project is missing', async () => {
    const wrong = 'gantry release create --method incremental --from 2026-06-01 --to 2026-06-30';

    const printed = await tenant.line(`${wrong} --json`, { status: 2 });

    expect((JSON.parse(printed) as { error: { code: string } }).error.code).toBe('DraftInvalid');
  }, 60_000);
});

/** Every state of every asset, straight from the files: nothing of Gantry takes part. */
async function readHistory(): Promise<Map<string, RawDocument[]>> {
  const history = new Map<string, RawDocument[]>();
  for (const catalog of catalogs) {
    for await (const document of readRealCatalog(catalog)) {
      const states = history.get(identityOf(document)) ?? [];
      history.set(identityOf(document), [...states, document]);
    }
  }
  return history;
}

function isInJune(document: RawDocument | undefined): boolean {
  const time = Date.parse(document?.changedAt ?? '');
  return time >= june.from && time < june.to;
}
