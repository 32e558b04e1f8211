import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { AssetDeletion, AssetDocument } from '../../../schemas/catalog/asset-document';
import { assetCategories, type AssetCategory } from '../../../schemas/catalog/asset-types';

const folder = path.join(__dirname, '../../../examples/workspace');

/** A file of the example workspace as text. */
export function readWorkspaceFile(name: string): string {
  return readFileSync(path.join(folder, name), 'utf8');
}

/** A JSON file of the example workspace, parsed by a schema; a fault throws. */
export function readWorkspaceJson<S extends z.ZodType>(name: string, schema: S): z.output<S> {
  return schema.parse(JSON.parse(readWorkspaceFile(name)));
}

/** The assets of one category file; a line that is no asset document throws. */
export function readCategory(category: AssetCategory): AssetDocument[] {
  return lines(`${category}.ndjson`).map((line) => AssetDocument.parse(line));
}

/** All assets of the example workspace before its changes. */
export function readAssets(): AssetDocument[] {
  return assetCategories.flatMap(readCategory);
}

/** What the change file does, in its order. */
export function readChanges(): (AssetDocument | AssetDeletion)[] {
  return lines('changes.ndjson').map((line) =>
    isDeletionLine(line) ? AssetDeletion.parse(line) : AssetDocument.parse(line),
  );
}

/** True for the line of a change file that deletes. */
export function isDeletion(change: AssetDocument | AssetDeletion): change is AssetDeletion {
  return 'deleted' in change;
}

/** The assets after the changes. */
export function readChangedAssets(): AssetDocument[] {
  const live = new Map(readAssets().map((asset) => [identity(asset), asset]));
  for (const change of readChanges()) {
    if (isDeletion(change)) live.delete(identity(change));
    else live.set(identity(change), change);
  }
  return [...live.values()];
}

/** Type, project and code in one text; a missing project, or any type, is a dash. */
export function identity(of: {
  readonly type: string | null;
  readonly project: string | null;
  readonly code: string;
}): string {
  return `${of.type ?? 'any'} ${of.project ?? '-'} ${of.code}`;
}

/** Every reference that points to nothing among these assets, as `from | role | to`. */
export function danglingReferences(assets: readonly AssetDocument[]): string[] {
  const known = new Set(
    assets.flatMap((asset) => [identity(asset), identity({ ...asset, type: null })]),
  );
  return assets.flatMap((asset) =>
    asset.references
      .filter((reference) => !known.has(identity(reference)))
      .map((reference) => `${identity(asset)} | ${reference.role} | ${identity(reference)}`),
  );
}

function lines(name: string): unknown[] {
  return readWorkspaceFile(name)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

function isDeletionLine(line: unknown): boolean {
  return typeof line === 'object' && line !== null && 'deleted' in line;
}
