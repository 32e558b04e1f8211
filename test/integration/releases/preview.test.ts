import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freezeScope } from '../../../store/releases/freeze-scope';
import {
  previewLeftOut,
  previewObjects,
  previewRequirements,
} from '../../../store/releases/preview-pages';
import { previewScope } from '../../../store/releases/preview-scope';
import { asset, createReleasesWorld, reference, type ReleasesWorld } from './releases-world';

const many = Array.from({ length: 30 }, (_, index) =>
  asset('root_word', `word ${String(index).padStart(2, '0')}`, {
    references: [
      reference('near', 'root_word', { code: `lost ${String(index).padStart(2, '0')}` }),
    ],
  }),
);
const source = asset('compute_source', 'engine', {
  definition: { configurationFiles: [{ name: 'core-site.xml' }, { name: 'hdfs-site.xml' }] },
  references: [reference('project', 'project', { code: 'p1' })],
});

describe('the preview of a release', () => {
  let world: ReleasesWorld;
  const scope = {
    method: 'incremental',
    changed: 'all',
    types: ['root_word', 'compute_source'],
    projects: ['nobody'],
  } as const;

  beforeAll(async () => {
    world = await createReleasesWorld();
    await world.load('retail', [...many, source, asset('project', 'p1')]);
  });

  afterAll(() => world.drop());

  const readAll = async <T>(
    read: (cursor: string | undefined) => Promise<{ items: readonly T[]; next: string | null }>,
  ): Promise<T[]> => {
    const page = await read(undefined);
    const items = [...page.items];
    for (let { next } = page; next !== null;) {
      const following = await read(next);
      items.push(...following.items);
      next = following.next;
    }
    return items;
  };

  it('REL-9 REL-44 counts by category and type, what is lacking, and what is to be set up by hand', async () => {
    const release = await world.draft('retail', {
      scope: { ...scope, types: [...scope.types], projects: ['nobody'] },
    });
    const key = { tenant: 'retail', release };
    expect(await previewScope(world.database, world.user, key)).toMatchObject({
      objectCount: 31,
      frozenDigest: null,
      timeZone: 'Asia/Shanghai',
      counts: [
        { category: 'global', type: 'compute_source', objects: 1 },
        { category: 'standard', type: 'root_word', objects: 30 },
      ],
      requirements: { dangling: 30, notPacked: 1 },
      byHand: [{ kind: 'configuration files', count: 2 }],
      findings: [{ code: 'ProjectUnknown', object: { code: 'nobody' } }],
    });
    const lacking = await readAll((cursor) =>
      previewRequirements(world.database, world.user, { ...key, limit: 7, cursor }),
    );
    expect(lacking).toHaveLength(31);
    expect(lacking[0]).toEqual({
      ...{ type: 'project', project: null, code: 'p1', roles: ['project'], referenceCount: 1 },
      example: { type: 'compute_source', project: null, code: 'engine' },
      status: 'not in this package',
    });
    expect(lacking[1]).toMatchObject({ code: 'lost 00', status: 'missing here too' });
  });

  it('REL-9 shows of a frozen release what was frozen, whatever changed since', async () => {
    const release = await world.draft('retail', { scope: { method: 'full' } });
    const key = { tenant: 'retail', release };
    const runId = await world.addRun(release);
    const live = await previewScope(world.database, world.user, key);
    const frozen = await freezeScope(world.database, { runId });
    await world.database('releases').where({ id: release }).update({ state: 'exporting' });
    await world.load('retail', [
      asset('root_word', 'word 00', { name: 'renamed', changedAt: '2026-09-01T00:00:00Z' }),
      asset('root_word', 'word 99'),
    ]);
    const preview = await previewScope(world.database, world.user, key);
    expect(preview).toEqual({ ...live, state: 'exporting', frozenDigest: frozen.digest });
    const objects = await readAll((cursor) =>
      previewObjects(world.database, world.user, { ...key, limit: 9, cursor }),
    );
    expect(objects.map((one) => `${one.type} ${one.project ?? ''} ${one.code}`)).toEqual(
      await world.identities(runId),
    );
    expect(objects.find((one) => one.code === 'word 00')).toMatchObject({
      name: 'Asset word 00',
      reason: { kind: 'full' },
    });
    const lacking = await readAll((cursor) =>
      previewRequirements(world.database, world.user, { ...key, limit: 4, cursor }),
    );
    expect(lacking.map((one) => one.code)).toEqual(
      many.map((_, index) => `lost ${String(index).padStart(2, '0')}`),
    );
    const page = { ...key, limit: 5, cursor: undefined };
    expect(await previewLeftOut(world.database, world.user, page)).toEqual({
      items: [],
      next: null,
    });
  });
});
