import type { OpenPackage } from '../../archive/open-package';
import { FindingList, packageFinding } from '../../archive/package-findings';
import { findSealCredential } from '../../archive/seal';
import { findSignatureFault } from '../../archive/signature';
import type { CheckResult } from '../../schemas/runs/run-ref';
import { importFinding } from '../../schemas/imports/import-findings';
import { isPipelineError } from '../../schemas/pipeline-error';
import type { Finding } from '../../schemas/runs/finding';
import { findChainFaults } from '../../store/imports/find-chain-faults';
import type { ReceivedImport } from '../../store/imports/received-import';
import { readVerifyingKeys } from '../../store/keys/read-keys';
import { readMapping } from '../../store/mappings/read-mapping';
import { findReleaseSettings, readReleaseCredentials } from '../../store/tenants/find-settings';
import type { TenantRow } from '../../store/tenants/find-tenant';
import type { Dependencies } from '../dependencies';
import { findTenantFaults } from './tenant-faults';

/** A package whose manifest was read, and the tenant it is for. */
export interface JudgedPackage {
  readonly received: ReceivedImport;
  readonly tenant: TenantRow;
  readonly opened: OpenPackage;
  /** Of the file, hex. */
  readonly sha256: string;
}

/** The mapping of an import, fixed; the digest is empty where nothing is mapped. */
export interface ChosenMapping {
  readonly version: number | null;
  readonly digest: Buffer;
}

/**
 * What stands against a package in this tenant, in the order of REL-29: seal, versions, features,
 * signature, chain; and which mapping is used: the one that is asked for, else the latest (RUN-25).
 */
export async function judgePackage(
  dependencies: Dependencies,
  judged: JudgedPackage,
): Promise<CheckResult & { readonly mapping: ChosenMapping | undefined }> {
  const { received, tenant, opened, sha256 } = judged;
  const { database } = dependencies;
  const findings = new FindingList();
  const settings = await findReleaseSettings(database, tenant.id);
  findings.addAll(await judgeSeal(dependencies, judged));
  findings.addAll(findTenantFaults(opened.manifest, tenant));
  const demands = {
    trustedKeys: await readVerifyingKeys(database, tenant.id),
    demandSignature: settings?.demand_signature ?? false,
  };
  const { manifest, manifestBytes } = opened;
  const signatureFault = opened.seal && findSignatureFault(manifestBytes, opened.seal, demands);
  if (signatureFault !== undefined) findings.add(signatureFault);
  const place = {
    ...{ tenantId: tenant.id, importId: received.id, digest: sha256, manifest },
    demandSequence: settings?.demand_sequence ?? false,
  };
  findings.addAll(await findChainFaults(database, place));
  const source = manifest.sourceTenant.code;
  const version = received.options.mappingVersion ?? undefined;
  const found = await readMapping(database, { tenantId: tenant.id, source, version });
  if (found === undefined && version !== undefined) {
    const detail = `version ${version} for ${source}`;
    findings.addAll([importFinding('MappingMissing', { detail })]);
    return { findings: findings.all, mapping: undefined };
  }
  const changes = found !== undefined && found.rules.length > 0;
  const digest = changes ? Buffer.from(found.digest, 'hex') : Buffer.alloc(0);
  return { findings: findings.all, mapping: { version: found?.version ?? null, digest } };
}

async function judgeSeal(
  { database, encryptionKey }: Dependencies,
  { tenant, opened: { manifestBytes, seal } }: JudgedPackage,
): Promise<Finding[]> {
  if (seal === undefined) return [];
  try {
    const credentials = await readReleaseCredentials(database, encryptionKey, tenant.id);
    const fitting = await findSealCredential(manifestBytes, seal, credentials);
    return fitting === undefined ? [packageFinding('SealMismatch')] : [];
  } catch (error) {
    if (!isPipelineError(error, 'SettingsIncomplete')) throw error;
    return [importFinding('CredentialMissing')];
  }
}
