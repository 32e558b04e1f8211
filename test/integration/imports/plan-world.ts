import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { ImportOptions } from '../../../schemas/imports/import-options';
import { importRunId } from '../../../schemas/ids';
import { createSecretsCutter } from '../../../store/catalog/asset-secrets';
import { digestCatalog } from '../../../store/catalog/catalog-digest';
import { readDocument, type ReadDocument } from '../../../store/catalog/read-document';
import { applyImport } from '../../../store/imports/apply-import';
import { planImport } from '../../../store/imports/plan-import';
import { planUndo } from '../../../store/imports/plan-undo';
import { registerImport } from '../../../store/imports/register-import';
import type { Caller } from '../../../store/people/authenticate';
import {
  createCatalogWorld,
  encryptionKey,
  line,
  type CatalogWorld,
} from '../catalog/catalog-world';

type Options = Parameters<typeof ImportOptions.parse>[0];
type Plan = Awaited<ReturnType<typeof planImport>>;

/** The project that lines are in unless they say otherwise. */
export const projectLine = line('orders', { type: 'project', project: null, definition: {} });

/** A run of an import or an undo. */
export interface ImportRun {
  readonly importId: string;
  readonly runId: string;
}

/** A database with tenants, and packages made by hand: as rows, with their contents staged. */
export interface PlanWorld extends CatalogWorld {
  readonly user: Caller;
  /** A tenant that has the project `orders`. */
  addTarget(code: string): Promise<number>;
  /** What a package with these lines holds, as verifying it for the tenant writes it down. */
  pack(tenantId: number, lines: readonly string[]): Promise<number>;
  /** The same of all that a tenant has, for packages too large to be made line by line. */
  packTenant(tenantId: number, source: number): Promise<number>;
  begin(tenantId: number, indexId: number, options?: Options): Promise<ImportRun>;
  beginUndo(tenantId: number, undoes: string): Promise<ImportRun>;
  /** The plan's objects, `type project code` → change and decision. */
  changes(runId: string): Promise<Record<string, string>>;
  /** Applies the plan and registers, as a run does. */
  finish(run: ImportRun, plan: Plan): Promise<Awaited<ReturnType<typeof applyImport>>>;
  /** Plans, applies, registers. */
  bring(tenantId: number, lines: readonly string[], options?: Options): Promise<ImportRun>;
  undo(tenantId: number, importId: string): Promise<ImportRun>;
  digest(tenantId: number): Promise<string>;
}

/** Makes the world without a tenant. */
export async function createPlanWorld(): Promise<PlanWorld> {
  const world = await createCatalogWorld();
  const { database } = world;
  let user: Caller | undefined;
  const requester = (): Caller => {
    if (user === undefined) throw new Error('add a target first');
    return user;
  };
  const begin = async (
    tenantId: number,
    row: Readonly<Record<string, unknown>>,
    options: Options = {},
  ): Promise<ImportRun> => {
    // One import at a time: whoever begins another has given the first one up.
    await database('imports')
      .where({ tenant_id: tenantId, state: 'running' })
      .update({ state: 'cancelled' });
    const importId = `imp_${String(++runs)}`;
    const runId = importRunId(importId, 1);
    await database('imports').insert({
      ...{ id: importId, tenant_id: tenantId, kind: 'import', until: 'register' },
      ...{ file_name: 'made.dp', object_key: '', request_key: importId, state: 'running' },
      ...{ options: JSON.stringify(ImportOptions.parse(options)), created_by: requester().name },
      ...row,
    });
    await database('runs').insert({
      ...{ id: runId, tenant_id: tenantId, pipeline: 'release.import', subject: importId },
      ...{ request: '{}', requested_by: requester().personId, status: 'running' },
    });
    return { importId, runId };
  };
  let runs = 0;
  const planWorld: PlanWorld = {
    ...world,
    get user() {
      return requester();
    },
    async addTarget(code) {
      const id = await world.addTenant(code);
      user ??= await world.addPerson('rosa', id, 'cross-tenant-release-user');
      await world.load(code, [projectLine]);
      return id;
    },
    pack: (tenantId, lines) => database.transaction((trx) => pack(trx, tenantId, lines)),
    packTenant: (tenantId, source) =>
      database.transaction((trx) => packTenant(trx, tenantId, source)),
    begin: (tenantId, indexId, options) => begin(tenantId, { index_id: indexId }, options),
    beginUndo: (tenantId, undoes) => begin(tenantId, { kind: 'undo', undoes }),
    async changes(runId) {
      const rows = await database('import_plan_objects')
        .where({ run_id: runId })
        .select<Record<string, string>[]>();
      return Object.fromEntries(
        rows.map(({ type, project, code, change, decision }) => [
          `${String(type)} ${String(project)} ${String(code)}`,
          `${String(change)} ${String(decision)}`,
        ]),
      );
    },
    async finish(run, plan) {
      const applied = await applyImport(database, { runId: run.runId, planDigest: plan.digest });
      if (applied.findings.length > 0) return applied;
      await registerImport(database, { runId: run.runId });
      await database('runs').where({ id: run.runId }).update({ ended_at: new Date() });
      return applied;
    },
    async bring(tenantId, lines, options) {
      const run = await planWorld.begin(tenantId, await planWorld.pack(tenantId, lines), options);
      await mustPass(planWorld.finish(run, await mustPass(planImport(database, run))));
      return run;
    },
    async undo(tenantId, importId) {
      const run = await planWorld.beginUndo(tenantId, importId);
      await mustPass(planWorld.finish(run, await mustPass(planUndo(database, run))));
      return run;
    },
    digest: (tenantId) => database.transaction((trx) => digestCatalog(trx, tenantId)),
  };
  return planWorld;
}

async function mustPass<T extends { findings: readonly { severity: string }[] }>(
  call: Promise<T>,
): Promise<T> {
  const result = await call;
  const errors = result.findings.filter((finding) => finding.severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return result;
}

let packages = 0;

async function addIndex(trx: Knex.Transaction, tenantId: number): Promise<number> {
  const digest = createHash('sha256')
    .update(`package ${String(++packages)}`)
    .digest();
  const rows: { id: number }[] = await trx('package_indexes')
    .insert({
      ...{ tenant_id: tenantId, package_digest: digest, manifest_digest: digest, manifest: '{}' },
      completed_at: trx.fn.now(),
    })
    .returning('id');
  return rows[0]?.id ?? 0;
}

async function pack(
  trx: Knex.Transaction,
  tenantId: number,
  lines: readonly string[],
): Promise<number> {
  const indexId = await addIndex(trx, tenantId);
  const cut = createSecretsCutter({ encryptionKey, tenantId });
  const documents = lines.map((text, at) => {
    const reading = readDocument({ number: at + 1, bytes: Buffer.from(text) }, cut);
    if (!('document' in reading)) throw new Error(JSON.stringify(reading.faults));
    return reading.document;
  });
  await trx.batchInsert(
    'package_objects',
    documents.map((read) => toObject(indexId, read)),
  );
  const contents = documents.flatMap(({ content }) =>
    content === null ? [] : [toContent(content.body)],
  );
  for (let at = 0; at < contents.length; at += 500) {
    await trx('contents')
      .insert(contents.slice(at, at + 500))
      .onConflict('digest')
      .ignore();
  }
  return indexId;
}

function toObject(indexId: number, read: ReadDocument): Readonly<Record<string, unknown>> {
  const { type, project, code, changedBy, content } = read;
  return {
    ...{ index_id: indexId, shard: 1, line: read.line, type, project, code },
    ...{ changed_at: new Date(Number(read.changedAt / 1000n)), changed_by: changedBy },
    segment: content?.document.segment ?? null,
    name: content?.document.name ?? null,
    owner: content?.document.owner ?? null,
    digest: content === null ? null : sha256(content.body),
    byte_count: content === null ? null : Buffer.byteLength(content.body),
    sealed_secrets: content?.secrets.sealed ?? null,
    secrets_mac: content?.secrets.mac ?? null,
    keeps_secrets: content?.secrets.keep ?? false,
  };
}

function toContent(body: string): Readonly<Record<string, unknown>> {
  return { digest: sha256(body), body, byte_count: Buffer.byteLength(body) };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function packTenant(
  trx: Knex.Transaction,
  tenantId: number,
  source: number,
): Promise<number> {
  const indexId = await addIndex(trx, tenantId);
  await trx.raw(
    `insert into package_objects (index_id, shard, line, type, project, code, segment, name, owner,
       changed_at, changed_by, digest, byte_count, keeps_secrets)
     select :indexId, 1, row_number() over (order by type, project, code), type, project, code, segment, name,
       owner, changed_at, changed_by, digest, byte_count, secrets_mac is not null
     from assets where tenant_id = :source and deleted_at is null`,
    { indexId, source },
  );
  return indexId;
}
