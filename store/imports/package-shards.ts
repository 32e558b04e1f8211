import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Knex } from 'knex';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntryEdges, PackageShard } from '../../schemas/imports/package-shard';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Finding } from '../../schemas/runs/finding';
import type { PackageSeal } from '../../schemas/releases/seal';
import { CopyWriter } from '../catalog/copy-writer';
import { transactionClient } from '../catalog/transaction-client';
import type { Connection, Database } from '../database/connect';
import { insertRequirements, type RequirementRow } from './mapped-references';
import { packageObjectColumns } from './package-rows';
import { findNewLines, type WantedLine } from './wanted-lines';

/** A shard of a package. */
export interface ShardRef {
  readonly indexId: number;
  readonly number: number;
}

/** A shard as it is read, and what reading it needs to know of its package. */
export interface ShardToRead extends PackageShard {
  readonly indexId: number;
  readonly seal: PackageSeal;
  readonly sourceTenant: string;
  /** True where the package holds encrypted authentication information. */
  readonly holdsSecrets: boolean;
  readonly isMapped: boolean;
  /** Undefined until it is indexed. */
  readonly objectCount: number | undefined;
  /** Of its files of lines, in the order of entries, once it is indexed. */
  readonly edges: readonly EntryEdges[];
}

/** What reading a shard gave, beside its rows. */
export interface ShardContent {
  readonly objectCount: number;
  readonly edges: readonly EntryEdges[];
  readonly requirements: readonly RequirementRow[];
  readonly findings: readonly Finding[];
}

interface ShardRow {
  readonly kind: PackageShard['kind'];
  readonly type: string | null;
  readonly byte_count: number;
  readonly entries: PackageShard['entries'];
  readonly object_count: number | null;
  readonly edges: readonly EntryEdges[];
  readonly indexed_at: Date | null;
  readonly seal: PackageSeal;
  readonly source_tenant: string;
  readonly holds_secrets: boolean;
  readonly is_mapped: boolean;
}

/** The shard with this number; throws `PackageIndexMissing`. */
export async function readPackageShard(
  connection: Connection,
  { indexId, number }: ShardRef,
): Promise<ShardToRead> {
  const row = await connection('package_shards as s')
    .join('package_indexes as i', 'i.id', 's.index_id')
    .where({ 's.index_id': indexId, 's.number': number })
    .first<ShardRow | undefined>(
      ...(['s.kind', 's.type', 's.byte_count', 's.entries', 's.object_count'] as const),
      ...(['s.edges', 's.indexed_at', 'i.seal'] as const),
      connection.raw(`i.manifest->'sourceTenant'->>'code' as source_tenant`),
      connection.raw(
        `i.manifest->'settings'->>'authenticationInformation' like '%keep%' as holds_secrets`,
      ),
      connection.raw(`i.mapping_digest <> '' as is_mapped`),
    );
  if (row === undefined) throw new PipelineError('PackageIndexMissing', { index: indexId });
  const { kind, type, entries, edges, seal } = row;
  return {
    ...{ indexId, number, kind, type, entries, edges, seal },
    byteCount: row.byte_count,
    sourceTenant: row.source_tenant,
    holdsSecrets: row.holds_secrets,
    isMapped: row.is_mapped,
    objectCount: row.indexed_at === null ? undefined : (row.object_count ?? 0),
  };
}

/** Reads a shard: rows into the writer, step by step, and what else it found at the end. */
export type ReadShard = (writer: CopyWriter) => AsyncGenerator<undefined, ShardContent>;

/** Reads a shard of requirements, some of them at a time. */
export type ReadRequirements = () => AsyncGenerator<readonly RequirementRow[], ShardContent>;

/** Looks into what a tenant has not, once the rows are written. */
export type InspectLines = (
  content: ShardContent,
  lines: readonly WantedLine[],
) => Promise<readonly Finding[]>;

/** How a shard is read. */
export type ShardReading =
  | {
      readonly read: ReadShard;
      /** Where there is something to look for, and for whom. */
      readonly inspect?: { readonly tenantId: number; readonly lines: InspectLines } | undefined;
    }
  | { readonly readRequirements: ReadRequirements };

const nothing: ShardContent = { objectCount: 0, edges: [], requirements: [], findings: [] };

/**
 * Writes down what a shard holds, all of it or nothing, and gives how many objects it has. A shard
 * that is written down is not read again, also when two workers are at it.
 */
export async function writePackageShard(
  database: Database,
  { indexId, number }: ShardRef,
  reading: ShardReading,
): Promise<number> {
  return database.transaction(async (trx) => {
    const known = await trx('package_shards')
      .where({ index_id: indexId, number })
      .forUpdate()
      .first<{ indexed_at: Date | null; object_count: number | null } | undefined>(
        'indexed_at',
        'object_count',
      );
    if (known === undefined) throw new PipelineError('PackageIndexMissing', { index: indexId });
    if (known.indexed_at !== null) return known.object_count ?? 0;
    const content = await writeContent(trx, { indexId, number }, reading);
    await trx('package_shards')
      .where({ index_id: indexId, number })
      .update({
        object_count: content.objectCount,
        edges: JSON.stringify(content.edges),
        findings: JSON.stringify(content.findings),
        indexed_at: trx.fn.now(),
      });
    return content.objectCount;
  });
}

async function writeContent(
  trx: Knex.Transaction,
  { indexId, number }: ShardRef,
  reading: ShardReading,
): Promise<ShardContent> {
  if ('readRequirements' in reading) {
    const steps = reading.readRequirements();
    let step = await steps.next();
    for (; step.done !== true; step = await steps.next())
      await insertRequirements(trx, indexId, step.value);
    return step.value;
  }
  const { read, inspect } = reading;
  const content = await copyObjects(trx, read);
  await insertRequirements(trx, indexId, content.requirements);
  if (inspect === undefined) return content;
  const lines = await findNewLines(trx, { indexId, number, tenantId: inspect.tenantId });
  return { ...content, findings: [...content.findings, ...(await inspect.lines(content, lines))] };
}

async function copyObjects(trx: Knex.Transaction, read: ReadShard): Promise<ShardContent> {
  const client = await transactionClient(trx);
  const copy = copyFrom(
    `copy package_objects (${packageObjectColumns.join(', ')}) from stdin (format binary)`,
  );
  let content: ShardContent | undefined;
  async function* encode(): AsyncGenerator<Buffer> {
    const writer = new CopyWriter();
    const steps = read(writer);
    try {
      let step = await steps.next();
      for (; step.done !== true; step = await steps.next()) yield* writer.take();
      content = step.value;
    } finally {
      await steps.return(nothing);
    }
    yield* writer.end();
  }
  await pipeline(
    Readable.from(encode(), { objectMode: false, highWaterMark: 262_144 }),
    client.query(copy),
  );
  if (content === undefined) throw new Error('the shard was not read to its end');
  return content;
}
