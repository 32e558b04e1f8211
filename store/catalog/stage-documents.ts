import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Knex } from 'knex';
import { from as copyFrom } from 'pg-copy-streams';
import type { AssetReference } from '../../schemas/catalog/asset-document';
import { CopyWriter } from './copy-writer';
import type { ReadDocument } from './read-document';
import { transactionClient } from './transaction-client';

const columns = [
  ...['line', 'type', 'project', 'code', 'segment', 'name', 'owner', 'changed_at', 'changed_by'],
  ...['sealed_secrets', 'secrets_mac', 'keeps_secrets', 'roles', 'target_types'],
  ...['target_projects', 'target_codes', 'body', 'byte_count', 'digest'],
] as const;

/** Makes the table that a load is collected in; it lives as long as the transaction. */
export async function createStage(trx: Knex.Transaction): Promise<void> {
  // Hashes and sorts of large loads in memory, and small samples: the stage is the same all through.
  await trx.raw(`
    set local work_mem = '64MB';
    set local default_statistics_target = 10;
    create temporary table catalog_stage (
      line integer not null,
      type text collate "C" not null,
      project text collate "C" not null,
      code text collate "C" not null,
      segment text collate "C",
      name text,
      owner text,
      changed_at timestamptz not null,
      changed_by text,
      sealed_secrets bytea,
      secrets_mac bytea,
      keeps_secrets boolean not null,
      roles text[],
      target_types text[],
      target_projects text[],
      target_codes text[],
      body text,
      byte_count integer,
      digest bytea
    ) on commit drop`);
}

/**
 * Copies documents into the stage, batch by batch, hashing each body on the way (SHA-256); the rows
 * of a batch are on their way before the next batch is asked for.
 */
export async function stageDocuments(
  trx: Knex.Transaction,
  batches: AsyncIterable<readonly ReadDocument[]>,
): Promise<void> {
  const client = await transactionClient(trx);
  const copy = copyFrom(`copy catalog_stage (${columns.join(', ')}) from stdin (format binary)`);
  await pipeline(
    Readable.from(encode(batches), { objectMode: false, highWaterMark: 262_144 }),
    client.query(copy),
  );
}

/** Tells the planner what is in the stage; the bodies are not read. */
export async function analyzeStage(trx: Knex.Transaction): Promise<void> {
  await trx.raw('analyze catalog_stage (line, type, project, code, digest)');
}

async function* encode(batches: AsyncIterable<readonly ReadDocument[]>): AsyncGenerator<Buffer> {
  const writer = new CopyWriter();
  for await (const batch of batches) {
    for (const document of batch) writeRow(writer, document);
    yield* writer.take();
  }
  yield* writer.end();
}

function writeRow(writer: CopyWriter, row: ReadDocument): void {
  const document = row.content?.document;
  const secrets = row.content?.secrets;
  const references = document?.references ?? [];
  writer.row(columns.length);
  writer.int4(row.line);
  writer.text(row.type);
  writer.text(row.project);
  writer.text(row.code);
  writer.text(document?.segment ?? null);
  writer.text(document?.name ?? null);
  writer.text(document?.owner ?? null);
  writer.timestamp(row.changedAt);
  writer.text(row.changedBy);
  writer.bytes(secrets?.sealed ?? null);
  writer.bytes(secrets?.mac ?? null);
  writer.boolean(secrets?.keep ?? false);
  writeReferences(writer, references);
  writeBody(writer, row.content?.body);
}

function writeReferences(writer: CopyWriter, references: readonly AssetReference[]): void {
  const lists = [
    references.map((reference) => reference.role),
    references.map((reference) => reference.type),
    references.map((reference) => reference.project ?? ''),
    references.map((reference) => reference.code),
  ];
  for (const list of lists) {
    if (list.length === 0) writer.null();
    else writer.textArray(list);
  }
}

function writeBody(writer: CopyWriter, body: string | undefined): void {
  if (body === undefined) {
    for (let column = 0; column < 3; column += 1) writer.null();
    return;
  }
  const bytes = writer.textBytes(body);
  const digest = createHash('sha256').update(bytes).digest();
  writer.int4(bytes.length);
  writer.bytes(digest);
}
