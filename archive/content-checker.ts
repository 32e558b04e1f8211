import { createHash } from 'node:crypto';
import { isPipelineError } from '../schemas/pipeline-error';
import { AssetDeletion } from '../schemas/catalog/asset-document';
import { findAssetType } from '../schemas/catalog/asset-types';
import { PackageRequirement, type PackageEntry } from '../schemas/releases/manifest';
import type { ArchiveEntry } from './archive-reader';
import { LineChecker, type LineRule } from './line-checker';
import { LineCounter } from './line-counter';
import { compareIdentities } from './line-identity';
import { readLineBlocks } from './line-reader';
import type { FindingList } from './package-findings';
import { deletionsPath, objectFileLimits, requirementsPath } from './package-layout';

/** What a package holds, counted while it was read. */
export interface PackageCounts {
  readonly objects: number;
  readonly resources: number;
  readonly statements: number;
  readonly byType: Readonly<Record<string, number>>;
}

interface ObjectFile {
  readonly type: string;
  readonly number: number;
  readonly lines: LineChecker | LineCounter;
  readonly path: string;
}

const objectsPattern = /^objects\/([^/]+)\/([^/]+)\/(\d{4,})\.ndjson$/;
const resourcePattern = /^resources\/([^/]+)$/;
const statementPattern = /^ddl\/[^/]+\/[^/]+\.sql$/;

/** Checks the content of a package's entries, in any order and several at once, and counts it. */
export class ContentChecker {
  readonly #findings: FindingList;
  readonly #linesAreKnown: boolean;
  readonly #objectFiles: ObjectFile[] = [];
  #resources = 0;
  #statements = 0;
  /** Lines of `requirements.ndjson` and `deletions.ndjson`. */
  requirementCount = 0;
  deletionCount = 0;

  /** With `linesAreKnown` the lines of objects are only counted: their digest vouches for them. */
  constructor(findings: FindingList, linesAreKnown = false) {
    this.#findings = findings;
    this.#linesAreKnown = linesAreKnown;
  }

  /**
   * Reads one entry to its end, passing its content on; what is wrong with it becomes findings. Rejects
   * only where the source cannot be read or `pass` rejects.
   */
  async check(
    entry: ArchiveEntry,
    listed: PackageEntry,
    pass?: (chunk: Buffer) => Promise<void>,
  ): Promise<void> {
    const hash = createHash('sha256');
    let bytes = 0;
    const content = async function* (): AsyncGenerator<Buffer> {
      for await (const piece of entry.stream()) {
        const chunk = piece as Buffer;
        hash.update(chunk);
        bytes += chunk.length;
        await pass?.(chunk);
        yield chunk;
      }
    };
    try {
      await this.#read(listed, content());
      const sha256 = hash.digest('hex');
      if (bytes !== listed.bytes) this.#findings.add('EntryBytesDiffer', { entry: entry.path });
      if (sha256 !== listed.sha256) this.#findings.add('EntryDigestDiffers', { entry: entry.path });
    } catch (error) {
      if (!isPipelineError(error) || error.findings.length === 0) throw error;
      this.#findings.addAll(error.findings);
    }
  }

  /** What the files of lines say together, once all are read; then the counts. */
  finish(): PackageCounts {
    const byType: Record<string, number> = {};
    const files = [...this.#objectFiles].sort((left, right) => (left.path < right.path ? -1 : 1));
    let previous: ObjectFile | undefined;
    for (const file of files) {
      const before = previous?.type === file.type ? previous : undefined;
      if (file.number !== (before?.number ?? 0) + 1)
        this.#findings.add('ObjectFileMissing', { entry: file.path });
      const [last, first] = [before?.lines.last, file.lines.first];
      if (last !== undefined && first !== undefined && compareIdentities(last, first) >= 0) {
        this.#findings.add('LineOutOfOrder', { entry: file.path, detail: 'line 1' });
      }
      byType[file.type] = (byType[file.type] ?? 0) + file.lines.lineCount;
      previous = file;
    }
    const objects = Object.values(byType).reduce((sum, count) => sum + count, 0);
    return { objects, resources: this.#resources, statements: this.#statements, byType };
  }

  async #read(listed: PackageEntry, content: AsyncIterable<Buffer>): Promise<void> {
    const { path } = listed;
    const objects = objectsPattern.exec(path);
    if (objects !== null) return this.#readObjects(listed, content);
    if (path === requirementsPath)
      this.requirementCount = (await this.#readLines(path, requirementRule, content)).lineCount;
    else if (path === deletionsPath)
      this.deletionCount = (await this.#readLines(path, deletionRule, content)).lineCount;
    else await this.#readFile(listed, content);
  }

  async #readFile(listed: PackageEntry, content: AsyncIterable<Buffer>): Promise<void> {
    const resource = resourcePattern.exec(listed.path);
    if (resource !== null) {
      this.#resources++;
      if (resource[1] !== listed.sha256)
        this.#findings.add('ResourceMisnamed', { entry: listed.path });
    } else if (statementPattern.test(listed.path)) this.#statements++;
    else this.#findings.add('EntryUnknown', { entry: listed.path });
    const pieces = content[Symbol.asyncIterator]();
    while ((await pieces.next()).done !== true);
  }

  async #readObjects({ path, bytes }: PackageEntry, content: AsyncIterable<Buffer>): Promise<void> {
    const [, category, type = '', number] = objectsPattern.exec(path) ?? [];
    if (findAssetType(type)?.category !== category)
      this.#findings.add('ObjectTypeUnknown', { entry: path });
    const rule: LineRule = (value) => (value.type === type ? undefined : 'ObjectTypeWrong');
    const lines = this.#linesAreKnown
      ? new LineCounter()
      : new LineChecker({ path, rule, needsValue: false }, this.#findings);
    this.#objectFiles.push({ type, number: Number(number), lines, path });
    const blocks = this.#linesAreKnown ? content : readLineBlocks(content, path);
    for await (const block of blocks) lines.checkBlock(block);
    const isTooLarge =
      lines.lineCount > objectFileLimits.objects ||
      (bytes > objectFileLimits.bytes && lines.lineCount > 1);
    if (isTooLarge) this.#findings.add('ObjectFileTooLarge', { entry: path });
  }

  async #readLines(
    path: string,
    rule: LineRule,
    content: AsyncIterable<Buffer>,
  ): Promise<LineChecker> {
    const lines = new LineChecker({ path, rule, needsValue: true }, this.#findings);
    for await (const block of readLineBlocks(content, path)) lines.checkBlock(block);
    return lines;
  }
}

function requirementRule(value: unknown): 'LineInvalid' | undefined {
  return PackageRequirement.safeParse(value).success ? undefined : 'LineInvalid';
}

function deletionRule(value: object): 'LineInvalid' | undefined {
  const isWhole = Object.keys(value).length === Object.keys(AssetDeletion.shape).length;
  return isWhole && AssetDeletion.safeParse(value).success ? undefined : 'LineInvalid';
}
