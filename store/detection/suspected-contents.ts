import type { Knex } from 'knex';
import { assetTypeCodes, assetTypes, type AssetType } from '../../schemas/catalog/asset-types';
import {
  toSecretFinding,
  type SecretScanMode,
  type SuspectedSecret,
} from '../../schemas/detection/suspected-secret';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import type { Finding } from '../../schemas/runs/finding';
import type { Connection } from '../database/connect';
import { findUnsupported } from './feature-sets';

/** What is told one by one; of the rest only how many. Findings travel through histories. */
const toldAtMost = 50;
const unsupportedAtMost = 20;

/** The findings of the secret scan, by which they are told from others. */
export const secretScanCodes: readonly string[] = [
  'SecretSuspected',
  'SecretScanUnfinished',
  'DetectionFeatureUnsupported',
];

/** Where suspicions are looked for: SQL that gives `type`, `content_id` and `place`, its order. */
export interface SuspectedSelection {
  readonly sql: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly featureSet: number;
  readonly mode: SecretScanMode;
  readonly exportSettings: ExportSettings;
}

/**
 * What the scan found in a selection of contents, but in members that the export clears, and which
 * features could not be used: the first of each, and how many more.
 */
export async function listSuspected(
  connection: Connection,
  selection: SuspectedSelection,
): Promise<Finding[]> {
  const rows = await readSuspected(connection, selection);
  const findings = rows.map(({ type, project, code, suspected }) =>
    toSecretFinding({ type, project, code }, suspected, selection.mode),
  );
  const more = (rows[0]?.total ?? 0) - rows.length;
  const unsupported = await findUnsupported(connection, selection.featureSet);
  return [
    ...findings,
    ...(more > 0 ? [moreSuspected(more, selection.mode)] : []),
    ...unsupported.slice(0, unsupportedAtMost),
    ...(unsupported.length > unsupportedAtMost
      ? [moreUnsupported(unsupported.length - unsupportedAtMost)]
      : []),
  ];
}

interface SuspectedRow {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly suspected: SuspectedSecret;
  readonly total: number;
}

async function readSuspected(
  connection: Connection,
  { sql, values, featureSet, exportSettings }: SuspectedSelection,
): Promise<SuspectedRow[]> {
  const cleared = clearedMembers(exportSettings);
  const { rows } = await connection.raw<{ rows: SuspectedRow[] }>(
    `select c.body::json ->> 'type' as type, c.body::json ->> 'project' as project,
       c.body::json ->> 'code' as code, f.suspected, f.total
     from (
       select s.content_id, s.place, e.ordinal, e.suspected, count(*) over ()::integer as total
       from (${sql}) s
       join content_scans k on k.feature_set_id = :featureSet and k.content_id = s.content_id
         and k.suspected is not null
       cross join lateral jsonb_array_elements(k.suspected) with ordinality as e (suspected, ordinal)
       where not exists (
         select from unnest(:clearedTypes::text[], :clearedPointers::text[]) as z (type, pointer)
         where z.type = s.type and starts_with((e.suspected ->> 'pointer') || '/', z.pointer))
       order by s.place, e.ordinal limit :toldAtMost
     ) f join contents c on c.id = f.content_id order by f.place, f.ordinal`,
    {
      ...values,
      featureSet,
      toldAtMost,
      clearedTypes: cleared.map(({ type }) => type),
      clearedPointers: cleared.map(({ member }) => `/definition/${member}/`),
    } as Record<string, Knex.Value>,
  );
  return rows;
}

/** Connections that the draft clears (REL-6); secret fields are in no content. */
function clearedMembers({
  connectionInformation,
}: ExportSettings): { readonly type: string; readonly member: string }[] {
  return assetTypeCodes.flatMap((type) => {
    const { sourceKind, connectionFields }: AssetType = assetTypes[type];
    if (sourceKind === undefined || connectionInformation[sourceKind] !== 'clear') return [];
    return (connectionFields ?? []).map((member) => ({ type, member }));
  });
}

function moreSuspected(more: number, mode: SecretScanMode): Finding {
  return {
    code: 'SecretSuspected',
    severity: mode === 'refuse' ? 'error' : 'warning',
    reason: `${more} more places look like secrets`,
    fix: 'Mend those that are listed, then look again.',
    overridable: true,
  };
}

function moreUnsupported(more: number): Finding {
  return {
    code: 'DetectionFeatureUnsupported',
    severity: 'warning',
    reason: `${more} more detection features are not used as they stand`,
    fix: 'gantry detection features lists them with the reasons.',
    overridable: false,
  };
}
