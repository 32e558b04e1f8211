import { isUtf8 } from 'node:buffer';
import { PipelineError } from '../schemas/pipeline-error';
import { packageFinding, type PackageFindingCode } from './package-findings';
import { maximumLineBytes } from './package-layout';

const lineFeed = 0x0a;

/**
 * A file of lines in blocks of whole lines, each ending with its last line feed; memory is bounded by
 * a piece and the longest line. Fails (`PackageCorrupt`, with a finding) on what is not UTF-8, on a
 * line that is too long and on a last line without a line feed.
 */
export async function* readLineBlocks(
  content: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const piece of content) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const end = chunk.lastIndexOf(lineFeed) + 1;
    if (end === 0) {
      pending.push(chunk);
      pendingBytes += chunk.length;
      if (pendingBytes > maximumLineBytes) throw lineFault('LineTooLong', path);
      continue;
    }
    const whole = chunk.subarray(0, end);
    const block = pending.length === 0 ? whole : Buffer.concat([...pending, whole]);
    if (!isUtf8(block)) throw lineFault('LinesNotUtf8', path);
    yield block;
    pending = end < chunk.length ? [chunk.subarray(end)] : [];
    pendingBytes = chunk.length - end;
  }
  if (pending.length > 0) throw lineFault('LinesNotEnded', path);
}

function lineFault(code: PackageFindingCode, path: string): PipelineError {
  const findings = [packageFinding(code, { entry: path })];
  return new PipelineError('PackageCorrupt', { entry: path, reason: code }, { findings });
}
