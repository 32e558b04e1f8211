import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PipelineError } from '../../../schemas/pipeline-error';
import { hasRealCatalog, realFile } from '../catalog/catalog-world';
import { createPublishWorld, type PublishWorld } from './publish-world';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealCatalog ? describe : describe.skip;

describeReal('a real warehouse (skipped where ../shared/real/catalog is missing)', () => {
  let world: PublishWorld;
  let refused = '';

  beforeAll(async () => {
    world = await createPublishWorld({
      production: {
        apply({ objects }) {
          const found = objects.find(({ project, code }) => `${project}/${code}` === refused);
          return found === undefined
            ? Promise.resolve()
            : Promise.reject(new PipelineError('ProductionRefused', { code: found.code }));
        },
      },
    });
  }, 120_000);

  afterAll(() => world.drop());

  it('REL-37 REL-39 publishes 8,105 assets in the order of their references; one failure blocks what needs it alone', async () => {
    const id = await world.addTarget('warehouse');
    await world.load('warehouse', realFile('warehouse-2026-08-21'));
    await world.listAll(id);
    const { ordered, runId } = await world.begin(id);
    expect(ordered).toMatchObject({ objectCount: 8_105, notPublishable: 0, findings: [] });
    const { rows: broken } = await world.database.raw<{ rows: unknown[] }>(disorder, { runId });
    expect(broken).toEqual([]);
    const { rows: cycles } = await world.database.raw<{ rows: unknown[] }>(splitCycles, { runId });
    expect(cycles).toEqual([]);

    const [most] = (await world.database.raw<{ rows: Culprit[] }>(mostNeeded, { runId })).rows;
    refused = `${most?.project ?? ''}/${most?.code ?? ''}`;
    const shards = ordered.stages.reduce((sum, count) => sum + count, 0);
    for (let shard = 1; shard <= shards; shard++) await world.publishShard(runId, shard);
    await world.end(runId);
    const { rows: failed } = await world.database.raw<{ rows: { number: number }[] }>(
      `select number from publish_run_objects where run_id = :runId and status = 'failed' order by 1`,
      { runId },
    );
    const { rows: expected } = await world.database.raw<{ rows: { number: number }[] }>(
      dependents,
      { runId, number: most?.number ?? -1 },
    );
    expect(expected.length).toBeGreaterThan(1);
    expect(failed).toEqual(expected);
    expect((await world.onlineCodes(id)).length).toBe(8_105 - expected.length);

    refused = '';
    const again = await world.publish(id, { kind: 'failed', publishing: null });
    expect(again.counts).toMatchObject({ objects: expected.length, failed: 0 });
    expect((await world.onlineCodes(id)).length).toBe(8_105);
  }, 300_000);
});

interface Culprit {
  readonly number: number;
  readonly project: string;
  readonly code: string;
}

/** What the documents say, found anew: an object that is not behind what it refers to or lives in. */
const needs = `
  with object as materialized (
    select o.number, o.component, o.wave, o.shard, o.version, o.asset_id, a.type, a.project, a.code,
      a.segment, c.body::jsonb as document
    from publish_run_objects o join assets a on a.id = o.asset_id
    join asset_versions v on v.asset_id = o.asset_id and v.version = o.version
    join contents c on c.id = v.content_id
    where o.run_id = :runId
  ), needs as materialized (
    select o.number, t.number as needed
    from object o, jsonb_array_elements(o.document -> 'references') r
    join object t on t.code = r.value ->> 'code' and t.project = coalesce(r.value ->> 'project', '')
      and t.type = coalesce(r.value ->> 'type', t.type)
    where o.number <> t.number
      and not (o.type = 'project' and t.project = o.code)
      and not (o.type = 'data_segment' and t.segment is not distinct from o.code)
    union
    select o.number, h.number from object o join object h on h.type = 'project' and h.code = o.project
    union
    select o.number, h.number from object o
    join object h on h.type = 'data_segment' and h.code = o.segment
  )`;

const disorder = `${needs}
  select o.type, o.code, t.type, t.code from needs
  join object o on o.number = needs.number join object t on t.number = needs.needed
  where o.component <> t.component and (t.wave >= o.wave or t.shard > o.shard)
  limit 5`;

/** Objects of one component in different shards. */
const splitCycles = `
  select component from publish_run_objects where run_id = :runId
  group by component having count(distinct shard) > 1`;

/** The table that most others refer to. */
const mostNeeded = `
  select a.project, a.code, o.number
  from publish_run_edges e
  join publish_run_objects o on o.run_id = e.run_id and o.number = e.needs
  join assets a on a.id = o.asset_id
  where e.run_id = :runId and a.type = 'logical_fact_table'
  group by 1, 2, 3 order by count(*) desc, 3 limit 1`;

const dependents = `${needs.replace('with object', 'with recursive object')}, failed as (
    select o.number from object o join object f on f.component = o.component
    where f.number = :number
    union
    select o.number from failed
    join needs on needs.needed = failed.number
    join object n on n.number = needs.number
    join object o on o.component = n.component
  )
  select number from failed order by number`;
