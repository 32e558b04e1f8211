import { findReaderDifferences } from '../../archive/compare-readers';
import { onePassSource } from '../../archive/one-pass-source';
import { publicKeyOfSeed, type SignatureDemand, type SigningKey } from '../../archive/signature';
import { verifyPackage } from '../../archive/verify-package';
import type { BulkActivities, StoredObjectRef } from '../../schemas/activities';
import type { Finding } from '../../schemas/runs/finding';
import { fixSealing } from '../../store/releases/fix-sealing';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';

/**
 * Reads the stored package back and checks every byte of it (REL-17, REL-24); its lines are the
 * contents that were pinned, so that their digests say it all. Reads only.
 */
export function verifyPackageActivity({
  database,
  objectStore,
  encryptionKey,
}: Dependencies): BulkActivities['verifyPackage'] {
  return ({ runId, ...stored }) =>
    beating(async (beat, signal) => {
      const { credential, signingKey } = await fixSealing(database, encryptionKey, runId);
      const source = onePassSource(
        stored.bytes,
        (start, end) => objectStore.read(stored.key, { start, end }, signal),
        (bytesRead) => beat({ bytesRead }),
      );
      try {
        const verdict = await verifyPackage(source, {
          ...{ credential, signal, linesAreKnown: true, digest: source.digest },
          ...(signingKey === undefined ? {} : ownSignature(signingKey)),
        });
        const errors = verdict.findings.filter((finding) => finding.severity === 'error');
        if (verdict.manifest !== undefined) {
          errors.push(...(await findReaderDifferences(source, verdict.manifest)));
        }
        if (verdict.digest !== stored.sha256) errors.push(digestDiffers(stored, verdict.digest));
        return { findings: errors.slice(0, 100) };
      } finally {
        await source.close();
      }
    });
}

function ownSignature({ keyId, seed }: SigningKey): SignatureDemand {
  const trustedKeys = [{ keyId, publicKey: publicKeyOfSeed(seed), isRevoked: false }];
  return { trustedKeys, demandSignature: true };
}

function digestDiffers(stored: StoredObjectRef, found: string): Finding {
  return {
    code: 'PackageCorrupt',
    severity: 'error',
    reason: `the stored package has SHA-256 ${found}, written was ${stored.sha256}`,
    fix: 'Check the object store’s disk, then export again.',
    overridable: false,
  };
}
