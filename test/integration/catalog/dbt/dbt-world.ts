import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { openDocuments } from '../../../../client/catalog/open-documents';
import type { LoadResult, ManifestResult } from '../../../../schemas/catalog/load-result';
import { loadManifest } from '../../../../store/catalog/dbt/load-manifest';
import { encryptionKey, type CatalogWorld } from '../catalog-world';

const realDbt = resolve(__dirname, '../../../../../shared/real/dbt');

export const hasRealDbt = existsSync(realDbt);

/** The path of a real manifest. */
export function realManifest(name: string): string {
  return join(realDbt, `dbt_${name}.manifest.json.xz`);
}

export type Members = Readonly<Record<string, unknown>>;
export type Sections = Readonly<Record<string, Members>>;

/** A whole file, parsed at once: the tests' own reading. */
export async function readWhole(path: string): Promise<Sections> {
  const chunks: Buffer[] = [];
  for await (const chunk of openDocuments(path).chunks) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Sections;
}

/** Loads a manifest as the tenant's administrator, from a path or an object. */
export async function loadDbt(
  world: CatalogWorld,
  source: string | object,
  options: { readonly tenant?: string; readonly project?: string; readonly skipBad?: boolean } = {},
): Promise<LoadResult & { readonly manifest: ManifestResult }> {
  const { chunks } = openDocuments(
    typeof source === 'string' ? source : Readable.from([Buffer.from(JSON.stringify(source))]),
  );
  const tenant = options.tenant ?? 'retail';
  const all = { tenant, project: 'shop', ...options, chunks, encryptionKey };
  const { result } = await loadManifest(world.database, world.administrator(tenant), all);
  if (result.manifest === undefined) throw new Error('no manifest in the result');
  return { ...result, manifest: result.manifest };
}

const schemaVersion = 'https://schemas.getdbt.com/dbt/manifest/v12.json';

/** A small manifest; `sections` are put into it as they are. */
export function manifest(sections: Sections, metadata: Members = {}): object {
  const said = { dbt_schema_version: schemaVersion, dbt_version: '1.11.7', project_name: 'shop' };
  return {
    metadata: { ...said, generated_at: '2026-03-09T19:19:11.557434Z', ...metadata },
    ...sections,
  };
}

/** Models by name, each with its code. */
export function models(codes: Readonly<Record<string, string>>): Members {
  return Object.fromEntries(
    Object.entries(codes).map(([name, code]) => [
      `model.shop.${name}`,
      { name, package_name: 'shop', resource_type: 'model', raw_code: code, columns: {} },
    ]),
  );
}
