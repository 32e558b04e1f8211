import { maxLineBytes } from '../../schemas/catalog/asset-document';
import type { Finding } from '../../schemas/runs/finding';
import { splitLines } from '../catalog/split-lines';
import type { CompiledFeatures } from './compile-features';
import { findSecrets, type SecretScan } from './secret-scan';

/** What a scan of a file saw. */
export interface ScannedFile {
  readonly documents: number;
  /** Lines that are no JSON object, or longer than 8 MiB. */
  readonly skippedLines: number;
  /** Of the lines that were scanned. */
  readonly bytes: number;
  readonly suspectedCount: number;
  /** The first 1,000. */
  readonly findings: readonly Finding[];
}

const findingsAtMost = 1_000;

/** Scans a stream of asset documents, one JSON object a line, in memory of a chunk and a line (REL-26). */
export async function scanFile(
  scan: Pick<SecretScan, 'mode'>,
  features: CompiledFeatures,
  chunks: AsyncIterable<Buffer>,
): Promise<ScannedFile> {
  const findings: Finding[] = [];
  const counts = { documents: 0, skippedLines: 0, bytes: 0, suspectedCount: 0 };
  for await (const lines of splitLines(chunks, maxLineBytes)) {
    for (const { bytes } of lines) {
      const line = bytes === null ? undefined : toCanonicalLine(bytes);
      if (bytes === null || line === undefined) {
        counts.skippedLines += 1;
        continue;
      }
      counts.documents += 1;
      counts.bytes += bytes.length;
      const found = findSecrets(scan, features, line);
      counts.suspectedCount += found.length;
      findings.push(...found.slice(0, findingsAtMost - findings.length));
    }
  }
  return { ...counts, findings };
}

/** Without escapes that JSON does not need: they would hide keywords. */
function toCanonicalLine(bytes: Buffer): string | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}
