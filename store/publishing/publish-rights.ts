import { findAssetType } from '../../schemas/catalog/asset-types';
import type { Action } from '../../schemas/tenants/rights';

/** The permission that publishing an object of this type needs (REL-38). */
export function publishActionOf(type: string): Action {
  if (isTagType(type)) return 'publish.tag';
  return findAssetType(type)?.sourceKind === undefined ? 'publish.asset' : 'publish.source';
}

/** True for tag objects: they need membership of their project, and no table permissions (REL-38). */
export function isTagType(type: string): boolean {
  return findAssetType(type)?.category === 'tag';
}
