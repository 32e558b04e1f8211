import { createHash } from 'node:crypto';
import type { DetectionFeature } from '../../schemas/detection/detection-feature';
import { toSecretFinding, type SecretScanMode } from '../../schemas/detection/suspected-secret';
import type { Finding } from '../../schemas/runs/finding';
import type { Connection } from '../database/connect';
import { compileFeatures, type CompiledFeatures } from './compile-features';
import { scanDocument } from './scan-document';

/** Changes when the same features find something else than before. */
const engineVersion = 'secret-scan-1';

/** The secret scan of a tenant as it stands: its features and what a find means. */
export interface SecretScan extends TenantFeatures {
  readonly mode: Exclude<SecretScanMode, 'off'>;
}

/** The detection features of a tenant. */
export interface TenantFeatures {
  /** SHA-256 over the features: the same features find the same in the same content. */
  readonly digest: Buffer;
  readonly contentIds: readonly number[];
  compile(): Promise<CompiledFeatures>;
}

/** The secret scan of a tenant (REL-26), or undefined where it is off or there are no features. */
export async function openSecretScan(
  connection: Connection,
  tenantId: number,
): Promise<SecretScan | undefined> {
  const mode = await findScanMode(connection, tenantId);
  if (mode === 'off') return undefined;
  const features = await openFeatures(connection, tenantId);
  return features && { mode, ...features };
}

/** The detection features of a tenant as they stand, or undefined where there are none. */
export async function openFeatures(
  connection: Connection,
  tenantId: number,
): Promise<TenantFeatures | undefined> {
  const { rows } = await connection.raw<{ rows: { content_id: number; digest: Buffer }[] }>(
    `select content_id, digest from assets
     where tenant_id = ? and type = 'detection_feature' and deleted_at is null order by code`,
    [tenantId],
  );
  if (rows.length === 0) return undefined;
  const hash = createHash('sha256').update(engineVersion);
  for (const { digest } of rows) hash.update(digest);
  const digest = hash.digest();
  const contentIds = rows.map((row) => row.content_id);
  return { digest, contentIds, compile: () => compileOnce(connection, digest, contentIds) };
}

/** What the scan says about one document, given as its canonical JSON. Pure. */
export function findSecrets(
  { mode }: Pick<SecretScan, 'mode'>,
  features: CompiledFeatures,
  line: string,
): Finding[] {
  const suspected = scanDocument(features, line);
  if (suspected.length === 0) return [];
  const { type, project, code } = JSON.parse(line) as {
    readonly type: string;
    readonly project: string | null;
    readonly code: string;
  };
  return suspected.map((one) => toSecretFinding({ type, project, code }, one, mode));
}

async function findScanMode(connection: Connection, tenantId: number): Promise<SecretScanMode> {
  const row = await connection('release_settings')
    .where({ tenant_id: tenantId })
    .first<{ secret_scan: SecretScanMode } | undefined>('secret_scan');
  return row?.secret_scan ?? 'warn';
}

/** Compiling takes a second; a process works with the features of a few tenants at once. */
const compiledSets = new Map<string, Promise<CompiledFeatures>>();
const compiledAtMost = 4;

/** The features whose assets have these contents, compiled once for each process and digest. */
export function compileOnce(
  connection: Connection,
  digest: Buffer,
  contentIds: readonly number[],
): Promise<CompiledFeatures> {
  const key = digest.toString('hex');
  const known = compiledSets.get(key);
  if (known !== undefined) return known;
  const [oldest] = compiledSets.keys();
  if (compiledSets.size >= compiledAtMost && oldest !== undefined) compiledSets.delete(oldest);
  const compiled = readFeatures(connection, contentIds).then(compileFeatures);
  compiledSets.set(key, compiled);
  compiled.catch(() => compiledSets.delete(key));
  return compiled;
}

async function readFeatures(
  connection: Connection,
  contentIds: readonly number[],
): Promise<DetectionFeature[]> {
  const { rows } = await connection.raw<{ rows: { body: string }[] }>(
    `select c.body from unnest(:contentIds::bigint[]) with ordinality as u (id, place)
     join contents c on c.id = u.id order by u.place`,
    { contentIds: [...contentIds] } as never,
  );
  return rows.map(({ body }) => JSON.parse(body) as DetectionFeature);
}
