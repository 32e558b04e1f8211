import { createHash } from 'node:crypto';
import { incomingPrefix } from '../../schemas/ids';
import type { ImportBulkActivities } from '../../schemas/imports/activities';
import { importFinding } from '../../schemas/imports/import-findings';
import { isPipelineError } from '../../schemas/pipeline-error';
import type { Finding } from '../../schemas/runs/finding';
import {
  readReceivedImport,
  recordReceived,
  type ReceivedImport,
} from '../../store/imports/received-import';
import { findReleaseSettings } from '../../store/tenants/find-settings';
import type { Dependencies } from '../dependencies';
import { beating, type Beat } from '../kit/beating';
import { stagedPackageKey } from './staged-package';

/**
 * Takes a package over from where it was put into the staging area of the run, where nobody changes
 * it any more, and reads it once for its digest (REL-28). Twice: what was taken over stays.
 */
export function receivePackage({
  database,
  objectStore,
}: Dependencies): ImportBulkActivities['receivePackage'] {
  return ({ runId }) =>
    beating(async (beat, signal) => {
      const { received, tenant } = await readReceivedImport(database, runId);
      const settings = await findReleaseSettings(database, tenant.id);
      const refused = findPlaceFaults(received, settings?.storage_prefix ?? null);
      if (refused.length > 0) return { bytes: 0, sha256: '', findings: refused };
      const key = stagedPackageKey(runId);
      const bytes = await takeOver(objectStore, { from: received.object_key, to: key });
      if (bytes === undefined) {
        const object = { type: 'package', project: null, code: received.file_name };
        return { bytes: 0, sha256: '', findings: [importFinding('PackageMissing', { object })] };
      }
      const content = await objectStore.read(key, undefined, signal);
      const sha256 = await digestOf(content, beat);
      await recordReceived(database, received.id, { bytes, sha256 });
      return { bytes, sha256, findings: [] };
    });
}

/** Clients put packages into a folder of the import; all others lie below the tenant's storage location. */
function findPlaceFaults(received: ReceivedImport, storagePrefix: string | null): Finding[] {
  const { file_name: name, object_key: key } = received;
  const object = { type: 'package', project: null, code: name };
  const findings: Finding[] = [];
  if (!isPackageName(name) || !isPackageName(key))
    findings.push(importFinding('PackageNameWrong', { object }));
  const folder = storagePrefix === null ? undefined : `${storagePrefix.replace(/\/+$/, '')}/`;
  const isStored = folder !== undefined && key.startsWith(folder);
  if (!key.startsWith(incomingPrefix(received.id)) && !isStored)
    findings.push(importFinding('PackageOutsideStorage', { object }));
  return findings;
}

function isPackageName(name: string): boolean {
  return name.toLowerCase().endsWith('.dp');
}

async function takeOver(
  objectStore: Dependencies['objectStore'],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<number | undefined> {
  const known = await objectStore.size(to);
  if (known !== undefined) return known;
  try {
    await objectStore.copy(from, to);
  } catch (error) {
    if (isPipelineError(error, 'StoredObjectMissing')) return undefined;
    throw error;
  }
  return objectStore.size(to);
}

async function digestOf(content: AsyncIterable<unknown>, beat: Beat): Promise<string> {
  const hash = createHash('sha256');
  let bytesRead = 0;
  for await (const chunk of content) {
    hash.update(chunk as Buffer);
    bytesRead += (chunk as Buffer).length;
    beat({ bytesRead });
  }
  return hash.digest('hex');
}
