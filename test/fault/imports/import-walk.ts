import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { RunDetails } from '../../../client';
import { eventually } from '../../support/eventually';
import { createFaultStack, type FaultStack } from '../../support/fault-stack';
import { tinyLine } from '../../support/tiny-catalog';
import {
  createTarget,
  errorsOf,
  exportTo,
  load,
  source,
  target,
} from '../../e2e/imports/import-world';
import { watchCatalog } from './watch-catalog';

const jobCount = 2400;
const projects = Array.from({ length: 7 }, (_, index) => `area_${String(index)}`);
/** So much of it is in the target before, with other content. */
const olderCount = 1600;
/** With 2,400 of them a package has several shards. */
const definitionBytes = 20_000;
const endedWithinMs = 240_000;

/** What one import met, and what it left. */
export interface WalkedImport {
  readonly run: RunDetails;
  /** True where the run was under way when the kill came. */
  readonly wasHit: boolean;
  readonly lengthMs: number;
  /** Shards that were indexed or staged in more than one attempt. */
  readonly repeatedShards: number;
}

/** A target tenant with an older state into which one package is imported again and again. */
export interface ImportWalk {
  readonly stack: FaultStack;
  /** Brings the older state back, imports, calls `kill` so long after the start, and judges what is there. */
  walk(kill?: {
    readonly afterMs: number;
    readonly kill: () => Promise<void>;
  }): Promise<WalkedImport>;
  /** Ends the worker as a crash would and starts another. */
  readonly killWorker: () => Promise<void>;
  close(): Promise<void>;
}

/** Makes the stack, the package and the target; one worker does one shard at a time. */
export async function createImportWalk(): Promise<ImportWalk> {
  const stack = await createFaultStack({
    catalog: linesOf({ count: jobCount, state: 'new' }),
    workerEnvironment: { GANTRY_BULK_CONCURRENCY: '1' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'gantry-import-walk-'));
  const { digest: expected } = await stack.person('mara').catalog.stats({ tenant: source });
  const file = await exportTo(stack.person('mara'), { tenant: source, folder });
  const eu = await createTarget(stack, { credential: stack.credential });
  return {
    stack,
    async walk(kill) {
      await bringOlderStateBack(stack);
      const requestId = `walk-${String(Date.now())}`;
      const watch = await watchCatalog(stack.environment['GANTRY_DATABASE_URL'] ?? '', target);
      const order = {
        tenant: target,
        file,
        requestId,
        policies: { default: 'overwrite' as const },
      };
      const { run } = await eu.ines.imports.run(order);
      const began = Date.now();
      const done = kill === undefined ? undefined : await strike(stack, { run, ...kill });
      const details = await ended(() => eu.ines.runs.show({ run }));
      const lengthMs = Date.now() - began;

      const seen = await watch.stop();
      expect({ status: details.status, errors: errorsOf(details) }).toEqual({
        status: 'succeeded',
        errors: [],
      });
      expect(details.report?.result).toMatchObject({ written: jobCount });
      expect(seen.states).toEqual([seen.before, await watch.now()]);
      expect(await eventually(() => eu.digest())).toBe(expected);
      expect(await eventually(() => eu.leftovers())).toEqual([]);
      expect(await listUnfinished(stack)).toEqual([]);
      for (const [shard, at] of done?.indexed ?? [])
        expect(await indexedAt(stack)).toContainEqual([shard, at]);
      const wasHit = done !== undefined && !done.hadEnded;
      return { run: details, wasHit, lengthMs, repeatedShards: await countRepeated(stack, run) };
    },
    async killWorker() {
      await stack.workers.at(-1)?.kill();
      await stack.startWorker();
    },
    async close() {
      await stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Content differs between the states and deflates little; the same every time. */
function linesOf({
  count,
  state,
}: {
  readonly count: number;
  readonly state: 'older' | 'new';
}): string[] {
  const jobs = Array.from({ length: count }, (_, index) => {
    const code = `job_${String(index).padStart(5, '0')}`;
    const type = index % 3 === 0 ? 'python' : 'database_sql';
    const text = state === 'older' ? 'select 0' : textOf(code);
    const project = projects[index % projects.length] ?? '';
    return tinyLine({ type, project, code, definition: { text } });
  });
  return [...projects.map((code) => tinyLine({ type: 'project', project: null, code })), ...jobs];
}

function textOf(seed: string): string {
  const block = createHash('sha512').update(seed).digest('base64');
  const parts = Array.from({ length: definitionBytes / 400 }, (_, index) =>
    createHash('sha512').update(`${seed}/${index}`).digest('base64'),
  );
  return `${block} ${parts.join(block.slice(0, 300))}`.slice(0, definitionBytes);
}

/** Contents of all tenants go, so that the package has to be staged again; it is a file since long. */
async function bringOlderStateBack(stack: FaultStack): Promise<void> {
  await eventually(
    () =>
      stack.database.raw(
        'truncate assets, asset_versions, contents, content_references, package_indexes, imports cascade',
      ),
    60_000,
  );
  await load(stack, target, linesOf({ count: olderCount, state: 'older' }));
}

interface Strike {
  readonly run: string;
  readonly afterMs: number;
  readonly kill: () => Promise<void>;
}

async function strike(
  stack: FaultStack,
  { run, afterMs, kill }: Strike,
): Promise<{ readonly hadEnded: boolean; readonly indexed: readonly [number, string][] }> {
  await sleep(afterMs);
  const indexed = await indexedAt(stack);
  const row = await stack.database('runs').where({ id: run }).first<{ ended_at: Date | null }>();
  await kill();
  return { hadEnded: row.ended_at !== null, indexed };
}

/** The shards of the package that are written down, and since when. */
async function indexedAt({ database }: FaultStack): Promise<[number, string][]> {
  const rows = await database('package_shards')
    .whereNotNull('indexed_at')
    .orderBy('number')
    .select<{ number: number; at: string }[]>('number', database.raw('indexed_at::text as at'));
  return rows.map(({ number, at }) => [number, at]);
}

async function ended(show: () => Promise<RunDetails>): Promise<RunDetails> {
  return eventually(async () => {
    const details = await show();
    return details.endedAt !== null && details;
  }, endedWithinMs);
}

/** What an import that is over must not leave in the database. */
async function listUnfinished({ database }: FaultStack): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { what: string }[] }>(
    `select 'content ' || id as what from contents c
       where not exists (select from asset_versions v where v.content_id = c.id)
     union all select 'references of content ' || content_id from content_references
       where content_id not in (select id from contents)
     union all select 'index ' || id from package_indexes where completed_at is null
     union all select 'shard ' || number from package_shards where indexed_at is null
     union all select 'import ' || id || ' ' || state from imports where state <> 'imported'
     union all select 'objects ' || count(*) from package_objects having count(*) <> ?`,
    [jobCount + projects.length],
  );
  return rows.map(({ what }) => what);
}

async function countRepeated({ temporal }: FaultStack, run: string): Promise<number> {
  const { events } = await temporal.workflow.getHandle(run).fetchHistory();
  const names = new Map(
    (events ?? []).map((event) => [
      String(event.eventId),
      event.activityTaskScheduledEventAttributes?.activityType?.name,
    ]),
  );
  return (events ?? []).filter(({ activityTaskStartedEventAttributes: started }) => {
    const name = names.get(String(started?.scheduledEventId));
    return (name === 'indexShard' || name === 'stageShard') && (started?.attempt ?? 1) > 1;
  }).length;
}
