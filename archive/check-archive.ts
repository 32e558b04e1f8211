import { finished } from 'node:stream/promises';
import { isPipelineError } from '../schemas/pipeline-error';
import type { Finding } from '../schemas/runs/finding';
import type { ArchiveLimits } from './archive-limits';
import { openArchive, type ArchiveEntry } from './archive-reader';
import type { ArchiveSource } from './archive-source';

/**
 * Reads a whole archive and says every reason to refuse it (RUN-19); none means that every entry can
 * be unpacked as declared. Writes nothing; rejects only where the source cannot be read.
 */
export async function checkArchive(
  source: ArchiveSource,
  limits: Partial<ArchiveLimits> = {},
): Promise<Finding[]> {
  try {
    const archive = await openArchive(source, limits);
    const findings: Finding[] = [];
    for (const entry of archive.entries) findings.push(...(await checkEntry(entry)));
    return findings;
  } catch (error) {
    return refusalFindings(error);
  }
}

async function checkEntry(entry: ArchiveEntry): Promise<readonly Finding[]> {
  try {
    await finished(entry.stream().resume());
    return [];
  } catch (error) {
    return refusalFindings(error);
  }
}

/** The findings of a refusal; any other error is thrown on. */
export function refusalFindings(error: unknown): Finding[] {
  if (isPipelineError(error) && error.findings.length > 0) return [...error.findings];
  throw error;
}
