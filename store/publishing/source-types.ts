import { assetTypeCodes, assetTypes, type AssetType } from '../../schemas/catalog/asset-types';

/** The types whose connection and authentication information may be entered here (REL-45). */
export const sourceTypes: readonly string[] = assetTypeCodes.filter((code) => {
  const row: AssetType = assetTypes[code];
  return row.sourceKind !== undefined;
});
