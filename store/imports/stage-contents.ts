import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Knex } from 'knex';
import { from as copyFrom } from 'pg-copy-streams';
import { CopyWriter } from '../catalog/copy-writer';
import { holdContents } from '../catalog/hold-contents';
import { transactionClient } from '../catalog/transaction-client';
import type { Database } from '../database/connect';
import { lookUpOneByOne, wantedColumns, type WantedLine } from './wanted-lines';

/** A shard of the package that a run has planned with. */
export interface StagedShardRef {
  readonly runId: string;
  readonly number: number;
}

/** A content that the plan writes and the catalog lacks, and the line it stands in. */
export interface NeededContent extends WantedLine {
  /** The id it will have. */
  readonly id: number;
}

/** What an object refers to, as documents say it. */
export interface ContentReference {
  readonly role: string;
  readonly type?: string | null;
  readonly project?: string | null;
  readonly code: string;
}

/** Takes the contents of a shard. */
export class ContentRows {
  readonly contents = new CopyWriter();
  readonly references = new CopyWriter();
  byteCount = 0;

  /** A content whose bytes lie in a buffer. */
  add(needed: NeededContent, bytes: Buffer, references: readonly ContentReference[]): void {
    const writer = this.contents;
    writer.row(contentColumns.length);
    writer.int8(needed.id);
    writer.bytes(needed.digest);
    writer.bytes(bytes);
    writer.int4(bytes.length);
    this.byteCount += bytes.length;
    for (const [index, reference] of references.entries()) {
      this.references.row(referenceColumns.length);
      this.references.int8(needed.id);
      this.references.int4(index + 1);
      this.references.text(reference.role);
      this.references.text(reference.type ?? null);
      this.references.text(reference.project ?? '');
      this.references.text(reference.code);
    }
  }
}

/** Reads the needed lines of a shard into rows, step by step. */
export type ReadContents = (
  needed: readonly NeededContent[],
  rows: ContentRows,
) => AsyncGenerator<undefined>;

const contentColumns = ['id', 'digest', 'body', 'byte_count'] as const;
const referenceColumns = [
  ...['content_id', 'ordinal', 'role', 'target_type', 'target_project', 'target_code'],
] as const;
const attemptsAtMost = 5;

/**
 * Stores the contents of one shard that the plan of a run writes and no tenant has, all of them or
 * none, and gives how many the run has staged of this shard. Nothing points to them until the plan is
 * applied. What is stored is not read again.
 */
export async function stageContents(
  database: Database,
  shard: StagedShardRef,
  read: ReadContents,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction((trx) => stage(trx, shard, read));
    } catch (error) {
      // Another import or load brought one of the contents meanwhile: it is no longer needed.
      if ((error as { code?: unknown }).code !== '23505' || attempt === attemptsAtMost) throw error;
    }
  }
}

async function stage(
  trx: Knex.Transaction,
  shard: StagedShardRef,
  read: ReadContents,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  await holdContents(trx);
  await lookUpOneByOne(trx);
  const needed = await findNeeded(trx, shard);
  if (needed.length > 0) {
    const rows = new ContentRows();
    await copyRows(trx, `contents (${contentColumns.join(', ')})`, async function* () {
      const steps = read(needed, rows);
      try {
        while ((await steps.next()).done !== true) yield* rows.contents.take();
      } finally {
        await steps.return(undefined);
      }
      yield* rows.contents.end();
    });
    await copyRows(trx, `content_references (${referenceColumns.join(', ')})`, function* () {
      yield* rows.references.end();
    });
    await recordStaged(trx, shard, { needed, byteCount: rows.byteCount });
  }
  const staged = await trx('import_staged_shards')
    .where({ run_id: shard.runId, number: shard.number })
    .first<{ object_count: number; byte_count: number } | undefined>('object_count', 'byte_count');
  return { objects: staged?.object_count ?? 0, bytes: staged?.byte_count ?? 0 };
}

/** In the order of lines; each gets the id it will have. */
async function findNeeded(
  trx: Knex.Transaction,
  { runId, number }: StagedShardRef,
): Promise<NeededContent[]> {
  const { rows } = await trx.raw<{ rows: NeededContent[] }>(
    `with o as materialized (
       select o.* from package_objects o join import_plans using (index_id)
       where import_plans.run_id = :runId and o.shard = :number
     ), needed as materialized (
       select ${wantedColumns} from o
       -- A limit keeps this a look-up for each line.
       cross join lateral (
         select from import_plan_objects p
         where p.run_id = :runId and (p.type, p.project, p.code) = (o.type, o.project, o.code)
           and p.digest = o.digest and p.decision = 'write'
         limit 1
       ) planned
       where not exists (select from contents c where c.digest = o.digest)
     )
     select nextval(pg_get_serial_sequence('contents', 'id')) as id, needed.*
     from needed order by line`,
    { runId, number },
  );
  return rows;
}

async function copyRows(
  trx: Knex.Transaction,
  into: string,
  encode: () => AsyncGenerator<Buffer> | Generator<Buffer>,
): Promise<void> {
  const client = await transactionClient(trx);
  await pipeline(
    Readable.from(encode(), { objectMode: false, highWaterMark: 262_144 }),
    client.query(copyFrom(`copy ${into} from stdin (format binary)`)),
  );
}

async function recordStaged(
  trx: Knex.Transaction,
  { runId, number }: StagedShardRef,
  staged: { readonly needed: readonly NeededContent[]; readonly byteCount: number },
): Promise<void> {
  await trx.raw(
    `insert into import_staged_shards as known
       (run_id, number, object_count, byte_count, content_ids, plan_digest)
     select run_id, :number, :objects, :bytes, :ids::bigint[], digest
     from import_plans where run_id = :runId
     on conflict (run_id, number) do update set
       object_count = known.object_count + excluded.object_count,
       byte_count = known.byte_count + excluded.byte_count,
       content_ids = known.content_ids || excluded.content_ids,
       plan_digest = case when known.plan_digest = excluded.plan_digest then known.plan_digest end`,
    {
      ...{ runId, number, objects: staged.needed.length, bytes: staged.byteCount },
      ids: staged.needed.map((one) => one.id) as unknown as Knex.Value,
    },
  );
}
