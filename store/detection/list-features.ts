import type { DetectionFeature } from '../../schemas/detection/detection-feature';
import type { FeatureView } from '../../schemas/detection/feature-view';
import type { Connection } from '../database/connect';
import { compileFeatures } from './compile-features';

/** The detection features of a tenant by code, with what hinders the secret scan from using them. */
export async function listFeatures(
  connection: Connection,
  tenantId: number,
): Promise<FeatureView[]> {
  const { rows } = await connection.raw<{ rows: { name: string; body: string }[] }>(
    `select a.name, c.body from assets a join contents c on c.id = a.content_id
     where a.tenant_id = ? and a.type = 'detection_feature' and a.deleted_at is null order by a.code`,
    [tenantId],
  );
  const features = rows.map(({ body }) => JSON.parse(body) as DetectionFeature);
  const { features: compiled, unsupported } = compileFeatures(features);
  const supported = new Set(compiled.map(({ code }) => code));
  return features.map(({ code }, place) => ({
    code,
    name: rows[place]?.name ?? '',
    supported: supported.has(code),
    reasons: unsupported.filter(({ object }) => object?.code === code).map(({ reason }) => reason),
  }));
}
