import type { Knex } from 'knex';
import type { AssetReference } from '../../schemas/catalog/asset-document';
import type { AssetKey } from '../catalog/asset-secrets';

/** A reference that a mapping leads elsewhere, and the object that refers. */
export interface MappedReference {
  readonly reference: Pick<AssetReference, 'role' | 'type' | 'project' | 'code'>;
  readonly by: AssetKey;
}

/** A line of `requirements.ndjson`, mapped; `type` and `project` are '' for none. */
export interface RequirementRow {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly roles: readonly string[];
  readonly reference_count: number;
  readonly example: {
    readonly type: string;
    readonly project: string | null;
    readonly code: string;
  };
}

/** The mapped references as requirements, one for each object that is referred to. */
export function toRequirements(references: readonly MappedReference[]): RequirementRow[] {
  const rows = new Map<string, RequirementRow>();
  for (const { reference, by } of references) {
    const target = {
      type: reference.type ?? '',
      project: reference.project ?? '',
      code: reference.code,
    };
    const key = JSON.stringify(target);
    const known = rows.get(key);
    const roles = new Set([...(known?.roles ?? []), reference.role]);
    rows.set(key, {
      ...target,
      roles: [...roles].sort(),
      reference_count: (known?.reference_count ?? 0) + 1,
      example: known?.example ?? { ...by, project: by.project === '' ? null : by.project },
    });
  }
  return [...rows.values()];
}

const rowsPerInsert = 2_000;

/** Adds requirements to an index; what several shards refer to is counted together. */
export async function insertRequirements(
  trx: Knex.Transaction,
  indexId: number,
  rows: readonly RequirementRow[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsPerInsert) {
    await trx.raw(
      `insert into package_requirements
         (index_id, type, project, code, roles, reference_count, example)
       select :indexId, type, project, code, max(roles), sum(reference_count),
         (array_agg(example order by example::text))[1]
       from jsonb_to_recordset(:rows) as given
         (type text, project text, code text, roles text[], reference_count bigint, example jsonb)
       group by type, project, code
       order by type, project, code
       on conflict (index_id, type, project, code) do update set
         roles = (select array_agg(distinct role order by role)
           from unnest(package_requirements.roles || excluded.roles) role),
         reference_count = package_requirements.reference_count + excluded.reference_count`,
      { indexId, rows: JSON.stringify(rows.slice(start, start + rowsPerInsert)) },
    );
  }
}
