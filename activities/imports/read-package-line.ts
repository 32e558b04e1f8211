import {
  decryptSecrets,
  isEncrypted,
  type AuthenticationKeys,
} from '../../archive/authentication-box';
import { canonicalize } from '../../archive/canonical-json';
import type { AssetDocument } from '../../schemas/catalog/asset-document';
import { findAssetType } from '../../schemas/catalog/asset-types';
import { toFinding } from '../../schemas/catalog/document-fault';
import { importFinding, type ImportFindingCode } from '../../schemas/imports/import-findings';
import { isPipelineError } from '../../schemas/pipeline-error';
import type { Finding } from '../../schemas/runs/finding';
import { packageFinding } from '../../archive/package-findings';
import type { AssetKey, ClearedDefinition } from '../../store/catalog/asset-secrets';
import { readDocument, type ReadDocument } from '../../store/catalog/read-document';
import type { AppliedMapping } from '../../store/mappings/apply-mapping';

/** What turns lines of a package into contents of the tenant. */
export interface LineContext {
  readonly cutSecrets: (
    key: AssetKey,
    definition: Readonly<Record<string, unknown>>,
  ) => ClearedDefinition;
  /** Of each credential that may have sealed the package; empty where nothing is encrypted. */
  readonly authenticationKeys: readonly AuthenticationKeys[];
  readonly mapping: AppliedMapping | undefined;
}

/** A line and where it stands; `text` without its end. */
export interface PackageLine {
  readonly path: string;
  readonly number: number;
  readonly text: string;
}

/** What a line is: an object as this tenant keeps it, or what is wrong with it. */
export type PackageLineReading =
  | {
      readonly object: ReadDocument;
      readonly source: AssetKey;
      readonly original: AssetDocument | null;
    }
  | { readonly findings: Finding[] };

/**
 * Reads a line of objects or deletions by parsing it: canonical, valid, encrypted secrets sealed for
 * this tenant, names mapped (REL-26, RUN-25). The same line gives the same content at every call.
 */
export function readPackageLine(line: PackageLine, context: LineContext): PackageLineReading {
  const read = (text: string) =>
    readDocument({ number: line.number, bytes: Buffer.from(text, 'utf8') }, context.cutSecrets);
  const first = read(line.text);
  if ('faults' in first) {
    const findings = first.faults.map((fault) => toFinding(fault));
    return { findings: findings.map((finding) => at(line, { ...finding, overridable: false })) };
  }
  const value = JSON.parse(line.text) as Record<string, unknown>;
  if (canonicalize(value) !== line.text) {
    return { findings: [notCanonical(line)] };
  }
  const { document } = first;
  const source = { type: document.type, project: document.project, code: document.code };
  const original = document.content?.document ?? null;
  const opened = openSecrets(value, { source, context });
  if (typeof opened === 'string') {
    const object = { ...source, project: source.project === '' ? null : source.project };
    return { findings: [at(line, importFinding(opened, { object }))] };
  }
  const mapped = applyMapping(opened, { original, context });
  if (mapped === value) return { object: document, source, original };
  const again = read(JSON.stringify(mapped));
  if ('faults' in again) {
    const findings = again.faults.map((fault) => toFinding(fault));
    return { findings: findings.map((finding) => at(line, { ...finding, overridable: false })) };
  }
  return { object: again.document, source, original };
}

/** A finding with the place of its line. */
function at({ path, number }: PackageLine, finding: Finding): Finding {
  const reason = finding.reason.replace(/^line \d+: /, '');
  return { ...finding, reason: `${path} line ${number}: ${reason}` };
}

function notCanonical({ path, number }: PackageLine): Finding {
  return packageFinding('LineNotCanonical', { entry: path, detail: `line ${number}` });
}

/** Encrypted members in plain, for the moment in which they are sealed. */
function openSecrets(
  value: Record<string, unknown>,
  { source, context }: { readonly source: AssetKey; readonly context: LineContext },
): Record<string, unknown> | ImportFindingCode {
  const fields = findAssetType(source.type)?.secretFields ?? [];
  const definition = (value['definition'] ?? {}) as Record<string, unknown>;
  const given = fields.filter((field) => (definition[field] ?? null) !== null);
  if (given.length === 0) return value;
  if (!given.every((field) => isEncrypted(definition[field]))) return 'AuthenticationPlain';
  const identity = { ...source, project: source.project === '' ? null : source.project };
  for (const keys of context.authenticationKeys) {
    try {
      const { secrets } = decryptSecrets(definition, { keys, identity, fields });
      return { ...value, definition: { ...definition, ...secrets } };
    } catch (error) {
      if (!isPipelineError(error, 'AuthenticationUndecryptable')) throw error;
    }
  }
  return 'AuthenticationUndecryptable';
}

function applyMapping(
  value: Record<string, unknown>,
  {
    original,
    context: { mapping },
  }: { readonly original: AssetDocument | null; readonly context: LineContext },
): Record<string, unknown> {
  if (mapping === undefined) return value;
  if (original === null) {
    const { type, project, code } = value as { type: string; project: string | null; code: string };
    const identity = { type, project, code };
    const mapped = mapping.identity(identity);
    return mapped === identity ? value : { ...value, ...mapped };
  }
  const mapped = mapping.document(original);
  if (mapped === original) return value;
  const { project, segment, code, owner, references } = mapped;
  return { ...value, project, segment, code, owner, references };
}
