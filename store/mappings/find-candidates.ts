import type { Connection } from '../database/connect';
import type { ObjectName } from './apply-mapping';

/** A live object of the target. */
export interface Candidate {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
}

/** The references that no live object of the tenant answers to, in their order. */
export async function findUnmet<R extends ObjectName>(
  connection: Connection,
  tenantId: number,
  references: readonly R[],
): Promise<R[]> {
  const { rows } = await connection.raw<{ rows: { id: number }[] }>(
    `select distinct w.id from ${wanted} join assets a on a.tenant_id = :tenantId
       and a.code = w.code and a.project = w.project and (w.type is null or a.type = w.type)
     where a.deleted_at is null`,
    { tenantId, references: toParameter(references) },
  );
  const met = new Set(rows.map((row) => row.id));
  return references.filter((_reference, index) => !met.has(index));
}

/**
 * Live objects of the wanted type whose code differs in case or project alone, up to five for the
 * position of each reference, likeliest first.
 */
export async function findCandidates(
  connection: Connection,
  tenantId: number,
  references: readonly ObjectName[],
): Promise<ReadonlyMap<number, readonly Candidate[]>> {
  const found = new Map<number, Candidate[]>();
  if (references.length === 0) return found;
  // One pass over the tenant's assets for all references, as no index knows codes without their case.
  const { rows } = await connection.raw<{ rows: (Candidate & { readonly id: number })[] }>(
    `select id, type, nullif(project, '') as project, code from (
       select w.id, a.type, a.project, a.code, row_number() over (partition by w.id order by
         a.code = w.code desc, a.project = w.project desc, a.project, a.type, a.code) as place
       from ${wanted} join assets a on lower(a.code) = lower(w.code)
         and (w.type is null or a.type = w.type)
       where a.tenant_id = :tenantId and a.deleted_at is null
     ) ranked where place <= 5 order by id, place`,
    { tenantId, references: toParameter(references) },
  );
  for (const { id, ...candidate } of rows) {
    const sofar = found.get(id);
    if (sofar === undefined) found.set(id, [candidate]);
    else sofar.push(candidate);
  }
  return found;
}

const wanted = `(select * from jsonb_to_recordset(:references::jsonb)
  as r (id integer, type text collate "C", project text collate "C", code text collate "C")) w`;

function toParameter(references: readonly ObjectName[]): string {
  return JSON.stringify(
    references.map(({ type, project, code }, id) => ({ id, type, project: project ?? '', code })),
  );
}
