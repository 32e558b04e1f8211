import { JSONParser } from '@streamparser/json';
import { PipelineError } from '../../../schemas/pipeline-error';

/** One member of one section of a manifest. */
export interface ManifestMember {
  readonly section: string;
  /** For objects their `unique_id`. */
  readonly key: string;
  readonly value: unknown;
}

/** The most bytes one member may take, so that memory stays bounded. */
const maxMemberBytes = 64 * 1024 * 1024;

const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);

/**
 * Reads the members of every section while the manifest comes in, in memory of one member and one
 * chunk. Throws `DbtManifestInvalid` for what is not one whole JSON object in UTF-8.
 */
export async function* readManifest(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<ManifestMember[]> {
  let members: ManifestMember[] = [];
  const parser = new JSONParser({ paths: ['$.*.*'], keepStack: false });
  parser.onValue = ({ key, value, stack }) => {
    const section = stack[1]?.key;
    if (typeof section === 'string' && typeof key === 'string') {
      members.push({ section, key, value });
    }
  };
  let bytes = 0;
  let bytesSinceMember = 0;
  for await (const chunk of chunks) {
    write(parser, bytes === 0 ? withoutMark(chunk) : chunk, bytes);
    bytes += chunk.length;
    bytesSinceMember = members.length > 0 ? 0 : bytesSinceMember + chunk.length;
    if (bytesSinceMember > maxMemberBytes) {
      throw new PipelineError('DbtManifestInvalid', { reason: 'a member is longer than 64 MiB' });
    }
    if (members.length > 0) yield members;
    members = [];
  }
  if (!parser.isEnded)
    throw new PipelineError('DbtManifestInvalid', { reason: 'it ends too early' });
}

function write(parser: JSONParser, chunk: Buffer, bytesBefore: number): void {
  try {
    parser.write(chunk);
  } catch (error) {
    // The parser's message quotes the text.
    const position = /absolute position "(\d+)"/.exec(String(error))?.[1];
    const where = position === undefined ? `behind byte ${bytesBefore}` : `at byte ${position}`;
    throw new PipelineError('DbtManifestInvalid', { reason: `it is not JSON in UTF-8 ${where}` });
  }
}

function withoutMark(chunk: Buffer): Buffer {
  return chunk.subarray(0, 3).equals(byteOrderMark) ? chunk.subarray(3) : chunk;
}
