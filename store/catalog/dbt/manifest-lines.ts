import { createHash } from 'node:crypto';
import { maxLineBytes } from '../../../schemas/catalog/asset-document';
import { dbtIndexSections, dbtObjectSections } from '../../../schemas/catalog/dbt-manifest';
import type { DocumentFault } from '../../../schemas/catalog/document-fault';
import { PipelineError } from '../../../schemas/pipeline-error';
import type { SourceLine } from '../stage-lines';
import { buildDocument } from './build-document';
import { readManifest, type ManifestMember } from './read-manifest';

/** What a manifest says of itself, and what was made of it; complete when all lines were read. */
export interface ManifestSummary {
  /** Names the dbt project in whatever version of dbt. */
  readonly dbtProjectId: string;
  readonly dbtProject: string;
  readonly dbtVersion: string | null;
  readonly schemaVersion: number;
  readonly generatedAt: string | null;
  readonly leftOut: Readonly<Record<string, number>>;
}

/** The objects of a manifest as lines of a catalog file. */
export interface ManifestLines {
  readonly batches: AsyncIterable<SourceLine[]>;
  /** Throws `DbtManifestInvalid` for metadata that lack what tells a manifest and its project. */
  summary(): ManifestSummary;
}

const oldestVersion = 4;

/**
 * Turns a dbt manifest into asset documents of `project`, an object a line, while it comes in. The
 * order of its sections does not matter.
 */
export function toManifestLines(chunks: AsyncIterable<Buffer>, project: string): ManifestLines {
  const metadata = new Map<string, unknown>();
  const leftOut = new Map<string, number>();
  let number = 0;
  const leave = (kind: string): SourceLine[] => {
    leftOut.set(kind, (leftOut.get(kind) ?? 0) + 1);
    return [];
  };
  const toLines = (member: ManifestMember): SourceLine[] => {
    const { section, key, value } = member;
    if (section === 'metadata') {
      metadata.set(key, value);
      if (key === 'dbt_schema_version') parseSchemaVersion(value);
    }
    if (isOneOf(dbtIndexSections, section)) return [];
    if (!isOneOf(dbtObjectSections, section)) return leave(section.slice(0, 40));
    const built = buildDocument(member, project);
    if ('leftOut' in built) return leave(built.leftOut);
    number += 1;
    const fault = (code: DocumentFault['code'], reason: string): DocumentFault => ({
      ...{ line: number, node: key.slice(0, 300), code, reason },
    });
    if ('reasons' in built) return [{ faults: built.reasons.map((r) => fault('NodeInvalid', r)) }];
    const bytes = Buffer.from(JSON.stringify(built.document));
    return bytes.length > maxLineBytes
      ? [{ faults: [fault('LineTooLong', 'its document is longer than 8 MiB')] }]
      : [{ number, bytes }];
  };
  async function* read(): AsyncGenerator<SourceLine[]> {
    for await (const members of readManifest(chunks)) yield members.flatMap(toLines);
    summarize(metadata);
  }
  return {
    batches: read(),
    summary: () => ({ ...summarize(metadata), leftOut: Object.fromEntries(leftOut) }),
  };
}

function summarize(metadata: ReadonlyMap<string, unknown>): Omit<ManifestSummary, 'leftOut'> {
  const schemaVersion = parseSchemaVersion(metadata.get('dbt_schema_version'));
  const name = textOf(metadata.get('project_name'));
  // dbt makes the id of the name; versions before 11 write the id alone.
  const id = textOf(metadata.get('project_id')) ?? (name === null ? null : md5(name));
  if (id === null) {
    throw new PipelineError('DbtManifestInvalid', { reason: 'its metadata name no dbt project' });
  }
  const generatedAt = textOf(metadata.get('generated_at'));
  return {
    dbtProjectId: id,
    dbtProject: name ?? id,
    dbtVersion: textOf(metadata.get('dbt_version')),
    schemaVersion,
    generatedAt: generatedAt !== null && !isNaN(Date.parse(generatedAt)) ? generatedAt : null,
  };
}

/** Newer versions than the ones known are read as far as they have the same members. */
function parseSchemaVersion(given: unknown): number {
  const found = /\/([a-z-]+)\/v(\d+)(?:\.json)?$/.exec(typeof given === 'string' ? given : '');
  const [, kind, version] = found ?? [];
  if (kind !== 'manifest') {
    const reason =
      kind === undefined
        ? 'it has no metadata.dbt_schema_version of a manifest'
        : `it is dbt's ${kind}, not its manifest`;
    throw new PipelineError('DbtManifestInvalid', { reason });
  }
  if (Number(version) < oldestVersion) {
    const reason = `version ${String(version)} is older than ${oldestVersion}`;
    throw new PipelineError('DbtManifestInvalid', { reason });
  }
  return Number(version);
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
