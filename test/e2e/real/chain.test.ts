import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding, ReleaseDraftInput } from '../../../client';
import { failureOf } from '../../support/failure-of';
import { hasRealData, realCatalog } from '../../support/real-data';
import {
  createImportWorld,
  errorsOf,
  source,
  target,
  type ImportWorld,
} from '../imports/import-world';
import { differing, expectedDigests, readTenantDigests } from './target-catalog';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealData ? describe : describe.skip;

const days = ['2026-07-22', '2026-08-14', '2026-08-20', '2026-08-21'];

interface Link {
  readonly file: string;
  readonly digest: string;
  readonly packageId: string;
}

describeReal('a chain of real packages (skipped where ../shared/real is missing)', () => {
  let world: ImportWorld;
  /** The base, and one package for each file of changes. */
  let links: Link[];
  /** Another one that continues the base, as the first one does. */
  let sibling: Link;

  beforeAll(async () => {
    world = await createImportWorld({ catalog: [] });
    const change = (name: string) =>
      world.stack.admin.catalog.load({ tenant: source, source: realCatalog(name) });
    await change('warehouse-2026-05-22');
    const base = await linked({ method: 'full' });
    links = [base];
    for (const day of days) {
      await change(`warehouse-changes-${day}`);
      const before = links.at(-1)?.packageId ?? '';
      links.push(await linked({ method: 'incremental', base: { packageId: before } }));
    }
    sibling = await linked({ method: 'incremental', base: { packageId: base.packageId } });
  }, 900_000);

  afterAll(() => world.close());

  async function linked(scope: NonNullable<ReleaseDraftInput['scope']>): Promise<Link> {
    const file = await world.exported({ scope });
    const { releases } = await world.stack
      .person('mara')
      .releases.list({ tenant: source, limit: 1 });
    const made = await world.stack
      .person('mara')
      .releases.show({ tenant: source, release: releases[0]?.id ?? '' });
    return { file, digest: made.package?.digest ?? '', packageId: made.package?.id ?? '' };
  }

  const link = (number: number): Link => {
    const one = links[number];
    if (one === undefined) throw new Error(`there is no package ${String(number)}`);
    return one;
  };
  const importLink = (one: Link, given: Partial<Parameters<ImportWorld['imported']>[0]> = {}) =>
    world.imported({ file: one.file, ...given });

  /** Imports what does not fit: it is refused, nothing changes; gives the finding. */
  async function refused(one: Link, requestId: string): Promise<Finding | undefined> {
    const before = await world.digest();
    const { run } = await importLink(one, { requestId });
    expect(run.report?.outcome).toBe('check failed');
    expect(errorsOf(run)).toHaveLength(1);
    expect(await world.digest()).toBe(before);
    return run.report?.findings.find(({ severity }) => severity === 'error');
  }

  it('REL-16 refuses a package whose base is not here, and says which fits first', async () => {
    const finding = await refused(link(1), 'too-early');

    expect(finding).toMatchObject({ code: 'ChainBaseMissing', overridable: false });
    expect(finding?.reason).toContain(`first ${link(0).digest}`);
  }, 300_000);

  it('REL-16 takes the base, and refuses the second package after it: one is left out', async () => {
    expect((await importLink(link(0))).run.report?.result).toMatchObject({ written: 7_787 });
    const finding = await refused(link(2), 'left-out');

    expect(finding).toMatchObject({ code: 'ChainBaseMissing', overridable: false });
    expect(finding?.reason).toContain(`sequence 1 on base ${link(0).digest}`);
  }, 600_000);

  it('REL-16 takes the first one, and REL-29 refuses it when it comes twice', async () => {
    const { run } = await importLink(link(1));
    expect(run.report?.result).toMatchObject({ written: 2_050, deleted: 35, conflict: 0 });
    const finding = await refused(link(1), 'twice');

    expect(finding).toMatchObject({ code: 'PackageReplayed', overridable: true });
    expect(finding?.reason).toContain(`sequence 2 on base ${link(1).digest}`);
  }, 300_000);

  it('REL-29 refuses another package of the place that is taken', async () => {
    const finding = await refused(sibling, 'sibling');

    expect(finding).toMatchObject({ code: 'PackageOlder', overridable: true });
    expect(finding?.reason).toContain(`sequence 2 on base ${link(1).digest}`);
  }, 300_000);

  it('RUN-24 lets what may be overridden pass with a reason, and REL-34 changes nothing', async () => {
    const before = await world.digest();
    const overrides = [{ code: 'PackageReplayed', reason: 'the disk was lost' }];
    const { run } = await importLink(link(1), { requestId: 'on-purpose', overrides });

    expect(run.report).toMatchObject({ outcome: 'succeeded', result: { written: 0, deleted: 0 } });
    expect(await world.digest()).toBe(before);
  }, 300_000);

  it('RUN-24 does not let a missing base be overridden', async () => {
    const overrides = [{ code: 'ChainBaseMissing', reason: 'we know' }];
    const failure = await failureOf(importLink(link(3), { requestId: 'forced', overrides }));

    expect(failure.code).toBe('InvalidInput');
    expect(failure.findings.map((finding) => finding.code)).toEqual(['OverrideUnknown']);
  });

  it('REL-16 gives the state of 2026-08-21 by the rest in order, deletions included', async () => {
    const written = [];
    for (const number of [2, 3, 4]) {
      const { run } = await importLink(link(number));
      written.push(run.report?.result['written']);
    }
    const there = await readTenantDigests(world.stack.database, target);

    expect(written).toEqual([293, 145, 166]);
    expect(there.size).toBe(8_105);
    expect(differing(await expectedDigests(['warehouse-2026-08-21']), there)).toEqual([]);
    const whole = await world.stack.person('mara').catalog.stats({ tenant: source });
    expect(await world.digest()).toBe(whole.digest);
  }, 600_000);

  it('REL-16 refuses an earlier package then, and says which fits', async () => {
    const finding = await refused(link(2), 'wrong-order');

    expect(finding).toMatchObject({ code: 'PackageReplayed' });
    expect(finding?.reason).toContain(`sequence 5 on base ${link(4).digest}`);
    expect(await world.leftovers()).toEqual([]);
  }, 300_000);
});
