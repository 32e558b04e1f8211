import { findAssetType } from '../../schemas/catalog/asset-types';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import type { PackSecrets } from './pack-secrets';

/** Handles of team accounts begin so, in any case; all others are personal (REL-14). */
export const teamAccountPattern = '^team[-:]';

const teamAccount = new RegExp(teamAccountPattern, 'i');

type Members = Record<string, unknown>;

/** Changes a document on its way into a package. */
export type ShapeDocument = (document: Members) => Members;

/** Never packed (REL-44); they are set up by hand on the target. */
export const configurationFilesField = 'configurationFiles';

/**
 * What has to be changed in the documents of a type: connections that the draft clears and
 * configuration files become null (REL-6, REL-44), authentication information that is kept comes in
 * encrypted (REL-26), team accounts are dropped from owners (REL-14).
 * Undefined where they travel as they are.
 */
export function documentShaper(
  type: string,
  settings: ExportSettings,
  packSecrets?: PackSecrets,
): ShapeDocument | undefined {
  const row = findAssetType(type);
  if (row?.sourceKind !== undefined) {
    const clears = settings.connectionInformation[row.sourceKind] === 'clear';
    const fields = [...(clears ? (row.connectionFields ?? []) : []), configurationFilesField];
    return (document) => addSecrets(clearMembers(document, fields), packSecrets);
  }
  return row?.personalOwnersOnly === true ? dropTeamAccounts : undefined;
}

function clearMembers(document: Members, fields: readonly string[]): Members {
  const definition = asMembers(document['definition']);
  if (definition === undefined) return document;
  const cleared = fields.filter((field) => Object.hasOwn(definition, field));
  return {
    ...document,
    definition: { ...definition, ...Object.fromEntries(cleared.map((field) => [field, null])) },
  };
}

/** Where they are kept, secret members stand as null in the document. */
function addSecrets(document: Members, packSecrets: PackSecrets | undefined): Members {
  const definition = asMembers(document['definition']);
  if (packSecrets === undefined || definition === undefined) return document;
  const { project, code } = document as { project: string | null; code: string };
  return { ...document, definition: { ...definition, ...packSecrets({ project, code }) } };
}

function dropTeamAccounts(document: Members): Members {
  const owner = isTeamAccount(document['owner']) ? null : document['owner'];
  const definition = asMembers(document['definition']);
  const owners: unknown = definition?.['owners'];
  if (definition === undefined || !Array.isArray(owners)) return { ...document, owner };
  const personal = owners.filter((one) => !isTeamAccount(one));
  return { ...document, owner, definition: { ...definition, owners: personal } };
}

function isTeamAccount(value: unknown): boolean {
  return typeof value === 'string' && teamAccount.test(value);
}

function asMembers(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : undefined;
}
