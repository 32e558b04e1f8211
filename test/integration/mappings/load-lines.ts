import { Readable } from 'node:stream';
import type { Installation } from '../../support/installation';

/** An asset of which only its name matters. */
export function namedAsset(type: string, project: string | null, code: string) {
  return { type, project, code, changedAt: '2026-06-01T00:00:00Z', name: '', definition: {} };
}

/** Loads lines into the catalog of a tenant. */
export async function loadLines(
  installation: Installation,
  tenant: string,
  lines: readonly object[],
): Promise<void> {
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  await installation.admin.catalog.load({ tenant, source: Readable.from([Buffer.from(text)]) });
}
