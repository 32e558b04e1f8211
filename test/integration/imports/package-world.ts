import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import {
  createS3ObjectStore,
  ensureBucket,
} from '../../../activities/adapters/object-store/s3/s3-object-store';
import { createBulkActivities } from '../../../activities';
import type { ObjectStore } from '../../../activities/ports/object-store';
import { canonicalize } from '../../../archive/canonical-json';
import { compareIdentities, type LineIdentity } from '../../../archive/line-identity';
import { findAssetType } from '../../../schemas/catalog/asset-types';
import { importRunId, incomingPrefix } from '../../../schemas/ids';
import { ImportOptions } from '../../../schemas/imports/import-options';
import type { PackageManifest } from '../../../schemas/releases/manifest';
import type { Finding } from '../../../schemas/runs/finding';
import { parseSettings } from '../../../schemas/settings';
import { planImport } from '../../../store/imports/plan-import';
import { applyImport } from '../../../store/imports/apply-import';
import { registerImport } from '../../../store/imports/register-import';
import type { Caller } from '../../../store/people/authenticate';
import { sealSecret } from '../../../store/secrets/secret-box';
import { credentialContext } from '../../../store/tenants/find-settings';
import { createCatalogWorld, encryptionKey, type CatalogWorld } from '../catalog/catalog-world';
import { runActivity } from '../../support/run-activity';
import { credential, makePackage, type PackageToMake } from '../../unit/archive/make-package';

type Options = Parameters<typeof ImportOptions.parse>[0];
type Bulk = ReturnType<typeof createBulkActivities>;

/** A run of an import, and its file. */
export interface PackageRun {
  readonly importId: string;
  readonly runId: string;
}

/** What checking a package came to. */
export interface CheckedPackage extends PackageRun {
  readonly indexId: number;
  readonly complete: boolean;
  readonly findings: readonly Finding[];
  /** Codes of errors, sorted, each once. */
  readonly errors: readonly string[];
}

/** A database and a bucket, tenants with settings, and packages that go through the activities of imports. */
export interface PackageWorld extends CatalogWorld {
  readonly objectStore: ObjectStore;
  /** Runs a bulk activity as a worker does. */
  readonly bulk: Bulk;
  addTarget(code: string, given?: Readonly<Record<string, unknown>>): Promise<number>;
  /** Puts a file where a client puts it and records an import of it. */
  begin(
    tenantId: number,
    file: Buffer,
    given?: {
      readonly fileName?: string;
      readonly objectKey?: string;
      readonly options?: Options;
      /** Nothing is put there. */
      readonly isAbsent?: boolean;
    },
  ): Promise<PackageRun>;
  /** Receives, opens, indexes, closes: the steps `receive` and `verify` of a run. */
  check(run: PackageRun): Promise<CheckedPackage>;
  /** Plans, stages, applies, registers, tidies up. */
  finish(run: PackageRun): Promise<void>;
}

export async function createPackageWorld(): Promise<PackageWorld> {
  const world = await createCatalogWorld();
  const { database } = world;
  const settings = parseSettings(process.env, (path) => readFileSync(path, 'utf8')).objectStore;
  const bucket = { ...settings, bucket: `test-${randomBytes(6).toString('hex')}` };
  await ensureBucket(bucket);
  const objectStore = createS3ObjectStore(bucket);
  const plain = createBulkActivities({ database, objectStore, encryptionKey });
  const bulk = Object.fromEntries(
    Object.entries(plain).map(([name, run]) => [
      name,
      (...args: never[]) =>
        runActivity(() => (run as (...a: never[]) => Promise<unknown>)(...args)),
    ]),
  ) as unknown as Bulk;
  let user: Caller | undefined;
  let imports = 0;
  const addTarget: PackageWorld['addTarget'] = async (code, given = {}) => {
    const id = await world.addTenant(code);
    await database('tenants')
      .where({ id })
      .update({
        product_version: '1.0',
        engines: ['postgresql'],
        features: ['tag', 'standard', 'quality', 'security'],
        ...given,
      });
    user ??= await world.addPerson('rosa', id, 'cross-tenant-release-user');
    await database('release_settings').insert({
      tenant_id: id,
      sealed_credential: sealSecret(encryptionKey, credential, credentialContext(id)),
      storage_prefix: 'packages',
      updated_by: 'test',
    });
    return id;
  };
  const begin: PackageWorld['begin'] = async (tenantId, file, given = {}) => {
    await database('imports')
      .where({ tenant_id: tenantId, state: 'running' })
      .update({ state: 'cancelled' });
    await database('runs').whereNull('ended_at').update({ ended_at: database.fn.now() });
    const importId = `imp_${String(++imports)}`;
    const runId = importRunId(importId, 1);
    const objectKey = given.objectKey ?? `${incomingPrefix(importId)}package.dp`;
    if (given.isAbsent !== true) await objectStore.put(objectKey, Readable.from([file]));
    await database('imports').insert({
      ...{ id: importId, tenant_id: tenantId, kind: 'import', until: 'register' },
      ...{ file_name: given.fileName ?? 'made.dp', object_key: objectKey, request_key: importId },
      ...{ state: 'running', created_by: 'rosa' },
      options: JSON.stringify(ImportOptions.parse(given.options ?? {})),
    });
    await database('runs').insert({
      ...{ id: runId, tenant_id: tenantId, pipeline: 'release.import', subject: importId },
      ...{ request: '{}', requested_by: user?.personId, status: 'running' },
    });
    return { importId, runId };
  };
  const check: PackageWorld['check'] = async (run) => {
    const { runId } = run;
    const received = await bulk.receivePackage({ runId });
    const said = (
      findings: readonly Finding[],
      opened?: { indexId: number; complete: boolean },
    ) => ({
      ...run,
      indexId: opened?.indexId ?? 0,
      complete: opened?.complete ?? false,
      findings,
      errors: errorsOf(findings),
    });
    if (errorsOf(received.findings).length > 0) return said(received.findings);
    const opened = await bulk.openPackageIndex({ runId, ...received });
    if (opened.complete || opened.indexId === 0) return said(opened.findings, opened);
    const { indexId } = opened;
    for (let shard = 1; shard <= opened.shardCount; shard++)
      await bulk.indexShard({ runId, indexId, shard });
    const closed = await bulk.closePackageIndex({ runId, indexId });
    return said([...opened.findings, ...closed.findings], opened);
  };
  return {
    ...world,
    objectStore,
    bulk,
    addTarget,
    begin,
    check,
    async finish(run) {
      const plan = await planImport(database, run);
      for (const shard of plan.stageShards) await bulk.stageShard({ runId: run.runId, shard });
      await applyImport(database, { runId: run.runId, planDigest: plan.digest });
      await bulk.removeStagedImport(run);
      await registerImport(database, run);
    },
  };
}

function errorsOf(findings: readonly Finding[]): string[] {
  const errors = findings.filter((finding) => finding.severity === 'error');
  return [...new Set(errors.map((finding) => finding.code))].sort();
}

/** Makes a package of documents and deletions, given as values; `manifest` changes what it says. */
export async function packDocuments(
  documents: readonly object[],
  making: Omit<PackageToMake, 'files'> & {
    readonly deletions?: readonly object[];
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Promise<Buffer> {
  const { deletions, ...rest } = making;
  const byType = new Map<string, object[]>();
  for (const document of documents as (LineIdentity & { type: string })[]) {
    byType.set(document.type, [...(byType.get(document.type) ?? []), document]);
  }
  const files: Record<string, string> = { 'requirements.ndjson': '', ...making.files };
  for (const [type, ones] of byType) {
    const category = findAssetType(type)?.category ?? 'global';
    const sorted = (ones as LineIdentity[]).sort(compareIdentities);
    files[`objects/${category}/${type}/0001.ndjson`] = toLines(sorted);
  }
  if (deletions !== undefined) files['deletions.ndjson'] = toLines(deletions);
  const counts: PackageManifest['counts'] = {
    objects: documents.length,
    resources: Object.keys(files).filter((path) => path.startsWith('resources/')).length,
    statements: Object.keys(files).filter((path) => path.startsWith('ddl/')).length,
    byType: Object.fromEntries([...byType].map(([type, ones]) => [type, ones.length])),
  };
  const requirements = (files['requirements.ndjson'] ?? '').split('\n').length - 1;
  return makePackage({
    ...rest,
    files,
    manifest: (manifest) => {
      const counted = {
        ...manifest,
        counts,
        requirements: { count: requirements },
        ...(deletions === undefined ? {} : { deletions: { count: deletions.length } }),
      };
      return making.manifest?.(counted) ?? counted;
    },
  });
}

export function toLines(values: readonly object[]): string {
  return values.map((value) => `${canonicalize(value)}\n`).join('');
}

/** A whole document; `given` wins over what is made up. */
export function asset(
  type: string,
  code: string,
  given: Readonly<Record<string, unknown>> = {},
): object {
  return {
    type,
    code,
    project: findAssetType(type)?.scope === 'project' ? 'orders' : null,
    segment: null,
    name: `Asset ${code}`,
    owner: 'user-a',
    changedAt: '2026-06-01T08:00:00+08:00',
    changedBy: 'user-b',
    labels: {},
    references: [],
    definition: { sql: 'select 1' },
    ...given,
  };
}
