import type { Knex } from 'knex';
import type { DocumentFault } from '../../../schemas/catalog/document-fault';
import type { Database } from '../../database/connect';
import type { Caller } from '../../people/authenticate';
import { loadLines, type LoadedDocuments, type LoadOptions } from '../load-lines';
import type { RawLine } from '../split-lines';
import { dbtChangedAt } from './build-document';
import { countStagedReferences, keepOrigins, stageVanished, type DbtOrigin } from './dbt-origins';
import { toManifestLines } from './manifest-lines';

/** What manifest is loaded, and into which project. */
export interface LoadManifest extends LoadOptions {
  /** The manifest's JSON, decompressed. */
  readonly chunks: AsyncIterable<Buffer>;
  /** The code of the project that its assets get. */
  readonly project: string;
}

/**
 * Loads a dbt manifest into a project of a tenant, all or nothing (RUN-18): afterwards the project
 * has of this dbt project what the manifest has. The project's asset is made where there is none.
 * Throws what `loadLines` does, and `DbtManifestInvalid`.
 */
export async function loadManifest(
  database: Database,
  caller: Caller,
  options: LoadManifest,
): Promise<LoadedDocuments> {
  const { project } = options;
  const lines = toManifestLines(options.chunks, project);
  const badNodes: string[] = [];
  let projectCreated = false;
  const originOf = (tenantId: number): DbtOrigin => {
    return { tenantId, project, badNodes, dbtProjectId: lines.summary().dbtProjectId };
  };
  const source = {
    batches: lines.batches,
    locate: (fault: DocumentFault) => {
      const node = fault.node ?? fault.object?.code ?? '';
      // Of two objects of one name the first is loaded: that one is not bad.
      if (fault.code !== 'AssetTwice') badNodes.push(node);
      return { ...fault, node };
    },
    moreLines: async (trx: Knex.Transaction, tenantId: number) => {
      projectCreated = !(await hasProject(trx, tenantId, project));
      return projectCreated ? [projectLine(project, lines.summary().dbtProject)] : [];
    },
    beforeMerge: (trx: Knex.Transaction, tenantId: number) =>
      stageVanished(trx, originOf(tenantId), lines.summary().generatedAt),
    afterMerge: async (trx: Knex.Transaction, tenantId: number) => {
      await keepOrigins(trx, originOf(tenantId));
      const { dbtProject, dbtVersion, schemaVersion, generatedAt, leftOut } = lines.summary();
      const counted = await countStagedReferences(trx, tenantId);
      const said = { dbtProject, dbtVersion, schemaVersion, generatedAt };
      return { manifest: { ...said, projectCreated, leftOut, ...counted } };
    },
  };
  return loadLines(database, caller, { ...options, source });
}

async function hasProject(trx: Knex.Transaction, tenantId: number, code: string): Promise<boolean> {
  const key = { tenant_id: tenantId, type: 'project', project: '', code };
  const row = await trx('assets')
    .where(key)
    .whereNull('deleted_at')
    .first<{ id: number } | undefined>('id');
  return row !== undefined;
}

/** Line 0, so that it is not taken for an object of the manifest. */
function projectLine(code: string, dbtProject: string): RawLine {
  const name = /^\w{1,255}$/.test(dbtProject) ? dbtProject : code;
  const document = { type: 'project', code, name, changedAt: dbtChangedAt, definition: {} };
  return { number: 0, bytes: Buffer.from(JSON.stringify(document)) };
}
