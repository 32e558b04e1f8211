import { isUtf8 } from 'node:buffer';
import { PipelineError } from '../schemas/pipeline-error';
import { packageFinding, type PackageFindingCode } from './package-findings';

const lineFeed = 0x0a;

/**
 * The lines of a file in batches, without their line feeds; memory is bounded by a piece and the
 * longest line. Fails (`PackageCorrupt`, with a finding) on what is not UTF-8 and on a last line
 * without a line feed.
 */
export async function* readLines(
  content: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<string[]> {
  let pending: Buffer[] = [];
  for await (const piece of content) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const end = chunk.lastIndexOf(lineFeed);
    if (end === -1) {
      pending.push(chunk);
      continue;
    }
    const first = chunk.subarray(0, end);
    yield splitLines(pending.length === 0 ? first : Buffer.concat([...pending, first]), path);
    pending = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
  }
  if (pending.length > 0) throw lineFault('LinesNotEnded', path);
}

function splitLines(block: Buffer, path: string): string[] {
  if (!isUtf8(block)) throw lineFault('LinesNotUtf8', path);
  return block.toString('utf8').split('\n');
}

function lineFault(code: PackageFindingCode, path: string): PipelineError {
  const findings = [packageFinding(code, { entry: path })];
  return new PipelineError('PackageCorrupt', { entry: path, reason: code }, { findings });
}
