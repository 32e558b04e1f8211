import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { canonicalize } from '../../archive/canonical-json';
import { AssetDeletion, AssetDocument, isPlainObject } from '../../schemas/catalog/asset-document';
import { findAssetType } from '../../schemas/catalog/asset-types';
import type { DocumentFault, DocumentFaultCode } from '../../schemas/catalog/document-fault';
import { isPipelineError } from '../../schemas/pipeline-error';
import { shorten } from '../../schemas/shorten';
import type { AssetKey, ClearedDefinition, StoredSecrets } from './asset-secrets';
import type { RawLine } from './split-lines';

/** A good line, ready to be stored. */
export interface ReadDocument extends AssetKey {
  readonly line: number;
  /** Microseconds since 1970. */
  readonly changedAt: bigint;
  readonly changedBy: string | null;
  /** Null for a deletion. */
  readonly content: {
    readonly document: AssetDocument;
    /** Canonical JSON of the document without its secrets. */
    readonly body: string;
    readonly secrets: StoredSecrets;
  } | null;
}

/** What a line is: a document, or what is wrong with it. */
export type LineReading =
  { readonly document: ReadDocument } | { readonly faults: DocumentFault[] };

type CutSecrets = (key: AssetKey, definition: AssetDocument['definition']) => ClearedDefinition;

/** Reads a line of a catalog file; every fault of it is reported at once (RUN-18). */
export function readDocument(line: RawLine, cutSecrets: CutSecrets): LineReading {
  const fault = (code: DocumentFaultCode, reason: string): LineReading => ({
    faults: [{ line: line.number, code, reason }],
  });
  if (line.bytes === null) return fault('LineTooLong', 'the line is longer than 8 MiB');
  if (!isUtf8(line.bytes)) return fault('LineNotUtf8', 'the line is not UTF-8');
  const text = line.bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the text, which may be a secret.
    const position = /position (\d+)/.exec(String(error))?.[1];
    const where = position === undefined ? 'it ends too early' : `at character ${position}`;
    return fault('LineNotJson', `the line is not JSON: ${where}`);
  }
  if (!isPlainObject(value)) return fault('LineNotJson', 'the line is not a JSON object');
  const source = { line: line.number, text, value };
  return value['deleted'] === true ? readDeletion(source) : readAsset(source, cutSecrets);
}

interface Source {
  readonly line: number;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

function readDeletion(source: Source): LineReading {
  const parsed = AssetDeletion.safeParse(source.value);
  const faults = findFaults(source, parsed.error);
  if (!parsed.success || faults.length > 0) return { faults };
  const { type, project, code, changedBy } = parsed.data;
  const key = { type, project: project ?? '', code };
  const changedAt = toMicroseconds(parsed.data.changedAt);
  return { document: { line: source.line, ...key, changedAt, changedBy, content: null } };
}

function readAsset(source: Source, cutSecrets: CutSecrets): LineReading {
  const parsed = AssetDocument.safeParse(source.value);
  const faults = findFaults(source, parsed.error);
  if (!parsed.success || faults.length > 0) return { faults };
  const document = parsed.data;
  const key = { type: document.type, project: document.project ?? '', code: document.code };
  const { definition, secrets } = cutSecrets(key, document.definition);
  const { changedBy } = document;
  const changedAt = toMicroseconds(document.changedAt);
  // What was given, not what was parsed: every member that is said to travel does.
  const body = canonicalize({ ...emptyDocument, ...source.value, definition });
  const content = { document, body, secrets };
  return { document: { line: source.line, ...key, changedAt, changedBy, content } };
}

/** In canonical order, so that canonical lines stay a single JSON.stringify. */
const emptyDocument = {
  changedAt: null,
  changedBy: null,
  code: null,
  definition: {},
  labels: {},
  name: null,
  owner: null,
  project: null,
  references: [],
  segment: null,
  type: null,
};

function findFaults(source: Source, error: z.ZodError | undefined): DocumentFault[] {
  const { line, value } = source;
  const { type, code } = value;
  const project = value['project'] ?? null;
  const named =
    typeof type === 'string' && typeof code === 'string' && isNameOrNull(project)
      ? {
          object: {
            type: shorten(type),
            project: project && shorten(project),
            code: shorten(code),
          },
        }
      : {};
  const fault = (faultCode: DocumentFaultCode, reason: string): DocumentFault => ({
    line,
    code: faultCode,
    reason,
    ...named,
  });
  const faults = (error?.issues ?? []).map(({ path, message }) =>
    fault(
      path.length === 1 && path[0] === 'type' && typeof type === 'string'
        ? 'AssetTypeUnknown'
        : 'DocumentInvalid',
      shorten(path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`),
    ),
  );
  const scope = typeof type === 'string' ? findAssetType(type)?.scope : undefined;
  if (scope === 'tenant' && project !== null) {
    faults.push(fault('ProjectUnexpected', 'project: the type belongs to the tenant'));
  }
  return [...faults, ...findTextFaults(source).map((found) => fault(...found))];
}

/** Texts that PostgreSQL or UTF-8 cannot hold, wherever they are; in the source they are escapes. */
function findTextFaults({ text, value }: Source): [DocumentFaultCode, string][] {
  const faults: [DocumentFaultCode, string][] = [];
  if (text.includes('\\u0000') && holdsNul(value)) {
    faults.push(['TextHasNul', 'a text has a NUL character']);
  }
  if (/\\u[dD][89a-fA-F]/.test(text) && !isWellFormed(value)) {
    faults.push(['TextNotUnicode', 'a text has half of a surrogate pair']);
  }
  return faults;
}

function isWellFormed(value: unknown): boolean {
  try {
    canonicalize(value);
    return true;
  } catch (error) {
    if (isPipelineError(error, 'NotCanonicalJson')) return false;
    throw error;
  }
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => name.includes('\0') || holdsNul(member));
}

/** Microseconds since 1970 of an RFC 3339 time; Date.parse alone reads milliseconds. */
export function toMicroseconds(instant: string): bigint {
  const fraction = /\.\d{3}(\d{1,3})/.exec(instant)?.[1] ?? '';
  return BigInt(Date.parse(instant)) * 1000n + BigInt(fraction.padEnd(3, '0'));
}

function isNameOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
