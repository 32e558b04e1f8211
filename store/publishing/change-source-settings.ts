import type { Knex } from 'knex';
import type { AssetRef } from '../../schemas/catalog/catalog-queries';
import { PipelineError } from '../../schemas/pipeline-error';
import type { SourceSettingsView } from '../../schemas/publishing/publish-view';
import type { SourceTest } from '../../schemas/publishing/activities';
import { findAsset } from '../catalog/asset-rows';
import type { Connection } from '../database/connect';
import { sealSecret } from '../secrets/secret-box';
import { reparsePublishable } from './reparse-publishable';
import { readSource, resolveSource, settingContext, type SourceRow } from './source-settings';

/** Who enters what for which source, and with which key it is sealed. */
export interface SourceSettingsChange {
  readonly tenantId: number;
  readonly ref: AssetRef;
  readonly by: string;
  readonly encryptionKey: Uint8Array;
  readonly connection?: Readonly<Record<string, unknown>> | undefined;
  readonly authentication?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Stores, encrypted, what a source came without (REL-45). What its package carries cannot be entered:
 * throws `SourceNotCleared` with what that is; `AssetNotFound`, `SourceNotFound` for another type.
 */
export async function setSourceSettings(
  trx: Knex.Transaction,
  change: SourceSettingsChange,
): Promise<void> {
  const row = await findSource(trx, change);
  const given = (['connection', 'authentication'] as const).filter(
    (setting) => change[setting] !== undefined,
  );
  const carried = given.filter((setting) => !row[`lacks_${setting}`]);
  if (carried.length > 0) {
    const { type, project, code } = change.ref;
    throw new PipelineError('SourceNotCleared', { type, project, code, carried });
  }
  const sealed = Object.fromEntries(
    given.map((setting) => {
      const context = settingContext(change.tenantId, row, setting);
      const text = JSON.stringify(change[setting]);
      return [`sealed_${setting}`, sealSecret(change.encryptionKey, text, context)];
    }),
  );
  await trx('publish_settings')
    .insert({
      ...{ asset_id: row.asset_id, tenant_id: change.tenantId, updated_by: change.by },
      ...{ updated_at: trx.fn.now(), tested_at: null, test_failure: null, ...sealed },
    })
    .onConflict('asset_id')
    .merge();
  await reparsePublishable(trx, change.tenantId);
}

/** Forgets what was entered for a source (REL-45); what is online goes on with it. */
export async function clearSourceSettings(
  trx: Knex.Transaction,
  one: Pick<SourceSettingsChange, 'tenantId' | 'ref'>,
): Promise<void> {
  const { id } = await findAsset(trx, one);
  await trx('publish_settings').where({ asset_id: id }).delete();
  await reparsePublishable(trx, one.tenantId);
}

/** Where the settings of a source come from, and how its last test went; no secrets. */
export async function showSourceSettings(
  connection: Connection,
  one: Pick<SourceSettingsChange, 'tenantId' | 'ref' | 'encryptionKey'>,
): Promise<SourceSettingsView> {
  const row = await findSource(connection, one);
  const { origins } = resolveSource(one.encryptionKey, row);
  const tested = await connection('publish_settings')
    .where({ asset_id: row.asset_id })
    .first<{ tested_at: Date | null; test_failure: string | null } | undefined>();
  const { type, project, code } = one.ref;
  return {
    ...{ type, project, code, ...origins },
    testedAt: tested?.tested_at?.toISOString() ?? null,
    testFailure: tested?.test_failure ?? null,
  };
}

/** The row of a source; throws `AssetNotFound`, and `SourceNotFound` for what is no source. */
export async function findSource(
  connection: Connection,
  { tenantId, ref }: Pick<SourceSettingsChange, 'tenantId' | 'ref'>,
): Promise<SourceRow> {
  const { id } = await findAsset(connection, { tenantId, ref });
  const row = await readSource(connection, id);
  if (row !== undefined) return row;
  throw new PipelineError('SourceNotFound', {
    type: ref.type,
    project: ref.project,
    code: ref.code,
  });
}

/** Notes how a test went, where something was entered. */
export async function noteSourceTest(
  connection: Connection,
  assetId: number,
  { reached, tried, reason }: SourceTest,
): Promise<void> {
  await connection('publish_settings')
    .where({ asset_id: assetId })
    .update({
      tested_at: tried ? connection.fn.now() : null,
      test_failure: tried && !reached ? reason : null,
    });
}
