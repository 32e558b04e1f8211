import type { Knex } from 'knex';
import type { FrozenDetails } from '../../../schemas/releases/frozen-scope';
import type { Finding } from '../../../schemas/runs/finding';
import {
  concludeFrozenScan,
  planFrozenScan,
  scanFrozenShards,
} from '../../../store/detection/scan-frozen-scope';
import { scrambled } from '../../unit/store/detection/planted-secrets';
import { asset, createReleasesWorld, type ReleasesWorld } from '../releases/releases-world';

/** A secret of the services that `features` are about, put together here. */
export const plantedToken = `${['shop', 'live'].join('_')}_${scrambled('abcdefghijklmnop0123456789', 24)}`;

/** Three features that work and one that cannot. */
export const features = [
  asset('detection_feature', 'shop-token', {
    definition: { regex: 'shop_live_[a-z0-9]{24}', keywords: ['shop_live_'] },
  }),
  asset('detection_feature', 'assigned', {
    definition: { regex: 'password: "([^"]{8,})"', keywords: ['password'] },
  }),
  asset('detection_feature', 'mobile', {
    definition: { regex: '(?<![0-9])1[3-9][0-9]{9}(?![0-9])', keywords: ['mobile'] },
  }),
];

/** What scanning a frozen scope did. */
export interface Scanned {
  readonly portions: readonly (readonly number[])[];
  readonly objects: number;
  readonly findings: readonly Finding[];
  readonly details: FrozenDetails;
}

/** A world of releases with a short way to scan as a run does. */
export interface DetectionWorld extends ReleasesWorld {
  scanRun(runId: string): Promise<Scanned>;
  setMode(tenant: string, mode: 'off' | 'warn' | 'refuse'): Promise<void>;
}

export async function createDetectionWorld(): Promise<DetectionWorld> {
  const world = await createReleasesWorld();
  const { database } = world;
  return {
    ...world,
    async scanRun(runId) {
      const { featureSet, mode, portions } = await planFrozenScan(database, runId);
      let objects = 0;
      for (const shards of portions) {
        const signal = new AbortController().signal;
        const asked = { runId, featureSet: featureSet ?? 0, shards, signal };
        objects += (await scanFrozenShards(database, { ...asked, onProgress: () => undefined }))
          .objects;
      }
      const findings =
        featureSet === null
          ? []
          : await database.transaction((trx: Knex.Transaction) =>
              concludeFrozenScan(trx, { runId, featureSet, mode }),
            );
      const row = await database('frozen_scopes')
        .where({ run_id: runId })
        .first<{ details: FrozenDetails }>('details');
      return { portions, objects, findings, details: row.details };
    },
    async setMode(tenant, mode) {
      const tenantId = await database('tenants')
        .where({ code: tenant })
        .first<{ id: number }>('id');
      await database('release_settings')
        .insert({ tenant_id: tenantId.id, secret_scan: mode, updated_by: 'test' })
        .onConflict('tenant_id')
        .merge(['secret_scan']);
    },
  };
}
