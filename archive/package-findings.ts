import type { Finding, FindingSeverity } from '../schemas/runs/finding';
import { shorten } from '../schemas/shorten';

const again = 'Fetch the package again; if it stays so, have it exported again.';

/** What the check of a release package can find besides the reasons to refuse any archive (REL-29). */
export const packageFindings = {
  ManifestMissing: [
    'error',
    'The first entry is not manifest.json',
    'Choose a release package (.dp).',
  ],
  ManifestTooLarge: [
    'error',
    'manifest.json holds more than that of any package',
    'Choose a release package that was exported by Gantry.',
  ],
  ManifestNotJson: ['error', 'manifest.json cannot be read', again],
  ManifestInvalid: ['error', 'manifest.json does not follow the format', again],
  ManifestNotCanonical: ['error', 'manifest.json is not in canonical form', again],
  FormatVersionUnknown: [
    'error',
    'The package has another format version',
    'Read it with a Gantry that knows that version.',
  ],
  SealMissing: ['error', 'The second entry is not seal.json', again],
  SealInvalid: ['error', 'seal.json does not follow the format', again],
  SealMismatch: [
    'error',
    'The seal was not made with this credential, or the manifest was changed',
    'Compare the release credential in the release settings of both tenants.',
  ],
  SealNotChecked: ['info', 'The seal was not checked', 'Name the release credential to check it.'],
  SignatureNotChecked: [
    'info',
    'The signature was not checked, as its key is not among the keys that were given',
    'Nothing to do: it has to be checked only on import, where the tenant demands it.',
  ],
  SignatureMissing: [
    'error',
    'The package is not signed, and a signature is demanded',
    'Have a signing key made in the source tenant (gantry key create) and the release exported again.',
  ],
  SignatureKeyUnknown: [
    'error',
    'The package is signed with a key that is not trusted here',
    'Compare the key id with its owner, then trust the key: gantry key trust.',
  ],
  SignatureKeyRevoked: [
    'error',
    'The package is signed with a key that was revoked',
    'Have the release exported again, which signs with a new key.',
  ],
  SignatureMismatch: [
    'error',
    'The signature was not made with this key over this manifest',
    again,
  ],
  EntryMissing: ['error', 'An entry of the manifest is not in the package', again],
  EntryUnlisted: ['error', 'The package has an entry that the manifest does not list', again],
  EntryOutOfOrder: ['error', 'The entries are not in the order of the format', again],
  EntryUnknown: ['error', 'The format knows no such entry', again],
  EntryBytesDiffer: ['error', 'An entry has another size than the manifest says', again],
  EntryDigestDiffers: ['error', 'An entry has another digest than the manifest says', again],
  PackageRepacked: [
    'warning',
    'The package was not packed by Gantry; its content is as the manifest says',
    'Nothing to do if a tool packed it again on purpose.',
  ],
  ObjectTypeUnknown: [
    'error',
    'The path of an objects file names no known type in its category',
    again,
  ],
  ObjectFileMissing: [
    'error',
    'The objects files of a type are not numbered without gaps from 0001',
    again,
  ],
  ObjectFileTooLarge: ['error', 'An objects file is over 50,000 objects or 64 MB', again],
  LinesNotUtf8: ['error', 'A file of lines is not UTF-8', again],
  LinesNotEnded: ['error', 'The last line of a file does not end with a line feed', again],
  LineTooLong: ['error', 'A line is longer than 16 MiB', again],
  LineNotJson: ['error', 'A line is not a JSON object with an identity', again],
  LineNotCanonical: ['error', 'A line is not in canonical form', again],
  LineInvalid: ['error', 'A line does not follow the format', again],
  LineOutOfOrder: ['error', 'The lines are not sorted, or an identity is there twice', again],
  ObjectTypeWrong: ['error', 'An object lies in the file of another type', again],
  ResourceMisnamed: ['error', 'A resource is not named by its digest', again],
  CountsDiffer: ['error', 'The manifest counts something else than the package holds', again],
} as const satisfies Record<string, readonly [FindingSeverity, reason: string, fix: string]>;

/** The code of what the check of a package found. */
export type PackageFindingCode = keyof typeof packageFindings;

/** A finding about a package; `entry` is the path of the entry it is about. */
export function packageFinding(
  code: PackageFindingCode,
  about: { entry?: string; detail?: string } = {},
): Finding {
  const [severity, reason, fix] = packageFindings[code];
  return {
    code,
    severity,
    ...(about.entry === undefined
      ? {}
      : { object: { type: 'entry', project: null, code: shorten(about.entry) } }),
    reason: about.detail === undefined ? reason : `${reason}: ${shorten(about.detail)}`,
    fix,
    overridable: false,
  };
}

const maximumFindings = 1000;

/** Collects findings, up to a thousand: what follows them says nothing new. */
export class FindingList {
  readonly #findings: Finding[] = [];

  add(code: PackageFindingCode, about: { entry?: string; detail?: string } = {}): void {
    this.addAll([packageFinding(code, about)]);
  }

  addAll(findings: readonly Finding[]): void {
    this.#findings.push(...findings.slice(0, maximumFindings - this.#findings.length));
  }

  get all(): readonly Finding[] {
    return this.#findings;
  }

  get hasErrors(): boolean {
    return this.#findings.some((finding) => finding.severity === 'error');
  }
}
