import { canonicalize, sha256Hex } from '../../archive/canonical-json';
import type { Planning } from './find-planning';

/**
 * SHA-256 in hex over package, mapping, policies and, for each object that differs, what becomes of
 * it and which version of the target that is about (REL-32): the same input gives the same digest,
 * and a target that moved gives another one.
 */
export async function digestPlan(planning: Planning): Promise<string> {
  const { policies } = planning.options;
  return sha256Hex(
    canonicalize({
      formatVersion: 1,
      kind: planning.kind,
      undoes: planning.undoes,
      package: planning.packageDigest,
      mapping: planning.mappingDigest,
      policies: { ...policies, objects: policies.objects.map((one) => canonicalize(one)).sort() },
      objects: await digestObjects(planning),
    }),
  );
}

interface TypeDigest {
  readonly type: string;
  readonly count: number;
  readonly digest: string;
}

/** No name has control characters, so that no two plans make the same lines. */
async function digestObjects({ trx, runId }: Planning): Promise<TypeDigest[]> {
  const { rows } = await trx.raw<{ rows: TypeDigest[] }>(
    `select type, count(*)::integer as count, encode(sha256(string_agg(
       sha256(convert_to(concat(project, E'\\t', code, E'\\t', change, E'\\t', decision, E'\\t',
         encode(digest, 'hex'), E'\\t', target_version, E'\\t', encode(target_digest, 'hex')), 'UTF8')),
       ''::bytea order by project, code)), 'hex') as digest
     from import_plan_objects where run_id = :runId and decision <> 'rebase'
     group by type order by type`,
    { runId },
  );
  return rows;
}
