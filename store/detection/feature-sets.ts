import { PipelineError } from '../../schemas/pipeline-error';
import type { Finding } from '../../schemas/runs/finding';
import type { Connection, Database } from '../database/connect';
import type { CompiledFeatures } from './compile-features';
import { compileOnce, type SecretScan } from './secret-scan';

/** Scans with features that nobody used for so long are forgotten; they are only a cache. */
const keptDays = 90;

/** Remembers the features of a scan, so that what it finds can be kept under their number. */
export async function ensureFeatureSet(database: Database, scan: SecretScan): Promise<number> {
  const known = await database('feature_sets')
    .where({ digest: scan.digest })
    .update({ last_used_at: database.fn.now() })
    .returning<{ id: number }[]>('id');
  if (known[0] !== undefined) return known[0].id;
  await database('feature_sets')
    .whereRaw('last_used_at < now() - make_interval(days => ?)', [keptDays])
    .delete();
  const { unsupported } = await scan.compile();
  const [set] = await database('feature_sets')
    .insert({
      digest: scan.digest,
      content_ids: [...scan.contentIds],
      unsupported: JSON.stringify(unsupported),
    })
    .onConflict('digest')
    .merge(['last_used_at'])
    .returning<{ id: number }[]>('id');
  if (set === undefined) throw new Error('a feature set was not stored');
  return set.id;
}

/** The features of a set, compiled; throws `DetectionFeaturesMissing` where they are forgotten. */
export async function compileFeatureSet(
  connection: Connection,
  id: number,
): Promise<CompiledFeatures> {
  const set = await connection('feature_sets')
    .where({ id })
    .first<{ digest: Buffer; content_ids: number[] } | undefined>('digest', 'content_ids');
  if (set === undefined) throw new PipelineError('DetectionFeaturesMissing', { featureSet: id });
  return compileOnce(connection, set.digest, set.content_ids);
}

/** What is to be told about features of a set that cannot be used. */
export async function findUnsupported(
  connection: Connection,
  id: number,
): Promise<readonly Finding[]> {
  const set = await connection('feature_sets')
    .where({ id })
    .first<{ unsupported: Finding[] } | undefined>('unsupported');
  return set?.unsupported ?? [];
}
