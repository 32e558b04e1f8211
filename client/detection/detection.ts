import { Readable } from 'node:stream';
import { z } from 'zod';
import type { FeatureView } from '../../schemas/detection/feature-view';
import { PipelineError } from '../../schemas/pipeline-error';
import { parseInput } from '../../schemas/parse-input';
import { TenantCode } from '../../schemas/tenants/tenant';
import { guardedRead } from '../../store/audit/audited';
import type { Connection } from '../../store/database/connect';
import { listFeatures } from '../../store/detection/list-features';
import { scanFile, type ScannedFile } from '../../store/detection/scan-file';
import { openFeatures } from '../../store/detection/secret-scan';
import { findTenant } from '../../store/tenants/find-tenant';
import { openDocuments } from '../catalog/open-documents';
import type { ClientContext } from '../context';

/** Which file to scan with the features of which tenant. */
export interface DetectionScan {
  readonly tenant: string;
  /** A path, or a stream of bytes; gzip and xz are recognised by their first bytes. */
  readonly source: string | Readable;
}

/**
 * The secret scan with the tenant’s detection features (REL-26). Every method throws
 * `Unauthenticated`, `PermissionDenied`, `TenantNotFound`, and `InvalidInput` with a finding per fault.
 */
export interface Detection {
  /**
   * The features in the order of their codes, and which of them the scan cannot use and why.
   *
   * @example
   * const features = await gantry.detection.features({ tenant: 'retail' });
   * const unused = features.filter((feature) => !feature.supported);
   */
  features(input: { readonly tenant: string }): Promise<readonly FeatureView[]>;
  /**
   * Scans a file of asset documents; sizes are in bytes, of the first 1,000 finds there is a finding
   * `SecretSuspected` each, without the secret. Nothing is stored. Throws `CatalogFileUnreadable`, and
   * `DetectionFeaturesNone` where the tenant has no features.
   *
   * @example
   * const { suspectedCount, findings } = await gantry.detection.scan({
   *   tenant: 'retail',
   *   source: 'assets.ndjson',
   * });
   */
  scan(input: DetectionScan): Promise<ScannedFile>;
}

const TenantRef = z.strictObject({ tenant: TenantCode });
const ScanInput = z.strictObject({
  tenant: TenantCode,
  source: z.union([z.string().min(1), z.instanceof(Readable)]),
});

/** The secret scan part of the client. */
export function createDetection(context: ClientContext): Detection {
  return {
    features: async (given) => {
      const { tenant } = parseInput(TenantRef, given);
      return read(context, tenant, listFeatures);
    },
    scan: async (given) => {
      const { tenant, source } = parseInput(ScanInput, given);
      return read(context, tenant, async (connection, tenantId) => {
        const features = await openFeatures(connection, tenantId);
        if (features === undefined) throw new PipelineError('DetectionFeaturesNone', { tenant });
        return scanFile({ mode: 'warn' }, await features.compile(), openDocuments(source).chunks);
      });
    },
  };
}

async function read<T>(
  context: ClientContext,
  tenantCode: string,
  body: (connection: Connection, tenantId: number) => Promise<T>,
): Promise<T> {
  const caller = await context.caller();
  const tenant = await findTenant(context.database, tenantCode);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'catalog.read',
    object: `catalog/${tenant.code}`,
  } as const;
  return guardedRead(context.database, attempt, (connection) => body(connection, tenant.id));
}
