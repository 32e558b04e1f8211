import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assetTypeCodes } from '../../../schemas/catalog/asset-types';
import type { LeftOutObject, PreviewObject } from '../../../schemas/releases/preview';
import { freezeScope } from '../../../store/releases/freeze-scope';
import { previewLeftOut, previewObjects } from '../../../store/releases/preview-pages';
import { previewScope } from '../../../store/releases/preview-scope';
import { hasRealCatalog, realFile } from '../catalog/catalog-world';
import { createReleasesWorld, type ReleasesWorld } from './releases-world';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealCatalog ? describe : describe.skip;

const files = [
  'warehouse-2026-05-22',
  ...['2026-07-22', '2026-08-14', '2026-08-20', '2026-08-21'].map(
    (day) => `warehouse-changes-${day}`,
  ),
];
const june = { from: '2026-06-01', to: '2026-06-30' };

interface RawDocument {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly changedAt: string;
  readonly deleted?: boolean;
}

/** Every state of every asset, straight from the files: nothing of the catalog takes part. */
function readHistory(): Map<string, RawDocument[]> {
  const history = new Map<string, RawDocument[]>();
  for (const file of files) {
    const text = execFileSync('xz', ['-dc', realFile(file)], { maxBuffer: 1e9, encoding: 'utf8' });
    for (const raw of text.split('\n').filter(Boolean)) {
      const document = JSON.parse(raw) as RawDocument;
      const identity = `${document.type} ${document.project ?? ''} ${document.code}`;
      history.set(identity, [...(history.get(identity) ?? []), document]);
    }
  }
  return history;
}

function isInJune({ changedAt }: RawDocument): boolean {
  const time = Date.parse(changedAt);
  return time >= Date.parse('2026-06-01T00:00:00Z') && time < Date.parse('2026-07-01T00:00:00Z');
}

describeReal(
  'an incremental release of a real catalog (skipped where ../shared/real is missing)',
  () => {
    let world: ReleasesWorld;
    let release: string;
    let history: Map<string, RawDocument[]>;
    let projects: string[];

    beforeAll(async () => {
      history = readHistory();
      projects = [...history.values()].flatMap((states) =>
        states[0]?.type === 'project' ? [states[0].code] : [],
      );
      world = await createReleasesWorld();
      await world.addReleaseTenant('warehouse', { engines: ['bigquery'] });
      for (const file of files) await world.load('warehouse', realFile(file));
      const scope = {
        method: 'incremental',
        changed: june,
        types: assetTypeCodes,
        projects,
      } as const;
      release = await world.draft('warehouse', { scope });
    }, 180_000);

    afterAll(() => world.drop());

    const pages = async <T>(
      read: (cursor: string | undefined) => Promise<{ items: readonly T[]; next: string | null }>,
    ): Promise<T[]> => {
      const all: T[] = [];
      let cursor: string | undefined;
      do {
        const page = await read(cursor);
        all.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return all;
    };
    const identity = (one: PreviewObject | LeftOutObject): string =>
      `${one.type} ${one.project ?? ''} ${one.code}`;

    it('REL-11 selects exactly what changed last in June', async () => {
      const expected = [...history].flatMap(([key, states]) => {
        const last = states.at(-1) as RawDocument;
        return last.deleted !== true && isInJune(last) ? [key] : [];
      });
      expect(expected.length).toBeGreaterThan(1000);
      const runId = await world.addRun(release);
      const frozen = await freezeScope(world.database, { runId });
      expect(frozen.objectCount).toBe(expected.length);
      expect((await world.identities(runId)).sort()).toEqual(expected.sort());

      const preview = await previewScope(world.database, world.user, {
        tenant: 'warehouse',
        release,
      });
      expect(preview.objectCount).toBe(expected.length);
      expect(preview.byteCount).toBe(
        frozen.byteCount - bytesOfRequirements(await world.read(runId)),
      );
      expect(preview.requirements).toEqual(frozen.details.requirements);
      const previewed = await pages((cursor) =>
        previewObjects(world.database, world.user, {
          tenant: 'warehouse',
          release,
          limit: 700,
          cursor,
        }),
      );
      expect(previewed.map(identity).sort()).toEqual(expected);
      expect(new Set(previewed.map((one) => one.reason.kind))).toEqual(
        new Set(['changed in range']),
      );
    });

    it('REL-9 lists what changed in June but last changed later', async () => {
      const expected = [...history].flatMap(([key, states]) => {
        const live = states.filter((state) => state.deleted !== true);
        const last = states.at(-1) as RawDocument;
        return last.deleted !== true && !isInJune(last) && live.some(isInJune) ? [key] : [];
      });
      const listed = await pages((cursor) =>
        previewLeftOut(world.database, world.user, {
          tenant: 'warehouse',
          release,
          limit: 9,
          cursor,
        }),
      );
      expect(listed.map(identity).sort()).toEqual(expected.sort());
      const { leftOutCount } = await previewScope(world.database, world.user, {
        tenant: 'warehouse',
        release,
      });
      expect(leftOutCount).toBe(expected.length);
      for (const one of listed) {
        expect(isInJune({ ...one, changedAt: one.changedInside.toISOString() })).toBe(true);
        expect(isInJune({ ...one, changedAt: one.lastChange.toISOString() })).toBe(false);
      }
    });

    it('RUN-20 packs none of the planted secrets', async () => {
      const runId = await world.freeze('warehouse', { scope: { method: 'full' } });
      const all = [...(await world.read(runId)).values()].join('');
      expect(all.length).toBeGreaterThan(50_000_000);
      expect(all.includes('S3CR3T-')).toBe(false);
    });
  },
);

function bytesOfRequirements(texts: ReadonlyMap<string, string>): number {
  return Buffer.byteLength(texts.get('requirements.ndjson') ?? '');
}
