import type { Finding, FindingObject } from '../runs/finding';

const another = 'Choose a package of a tenant with the same version and engines.';

/** What checking a package for a tenant can find, beside what is wrong with its file (REL-28, REL-29). */
const importFindings = {
  AuthenticationPlain: {
    reason: 'The package holds authentication information that is not encrypted',
    fix: 'Have the release exported again: Gantry never writes it in plain.',
  },
  AuthenticationUndecryptable: {
    reason:
      'Encrypted authentication information cannot be decrypted with this tenant’s credential',
    fix: 'Compare the release credential in the release settings of both tenants.',
  },
  ChainBaseMissing: {
    reason: 'The package continues one that was not imported here, or was undone',
    fix: 'Import the package that fits, which the reason names, or a full one.',
  },
  CredentialMissing: {
    reason: 'The tenant has no release credential to check the seal with',
    fix: 'An administrator sets the one of the source: gantry tenant settings.',
  },
  DeletedAndPresent: {
    reason: 'The package both holds and deletes an object',
    fix: 'Have it exported again.',
  },
  EngineModeDiffers: {
    reason: 'The engine mode of the source is another one than here',
    fix: another,
  },
  EngineTypesDiffer: {
    reason: 'The compute engines of the source are others than here',
    fix: another,
  },
  FeatureOff: {
    reason: 'The package holds objects of a feature that is off here',
    fix: 'Let the feature be turned on here, or export without these types.',
  },
  MappingMissing: {
    reason: 'There is no such version of the mapping for this source',
    fix: 'gantry mapping history tells which there are.',
  },
  MappingMeets: {
    reason: 'The mapping gives two objects of the package the same name',
    fix: 'Change the mapping so that names stay apart: gantry mapping edit.',
  },
  PackageMissing: {
    reason: 'There is no package where it was to be',
    fix: 'Name a package that is in the storage, or give the file itself.',
  },
  PackageNameWrong: {
    reason: 'Only files whose name ends in .dp are imported',
    fix: 'Choose a release package.',
  },
  PackageOlder: {
    reason: 'A later package of this chain or source was imported already',
    fix: 'Import the package that fits, which the reason names.',
    overridable: true,
  },
  PackageOutsideStorage: {
    reason: 'The package lies outside the storage location of the tenant',
    fix: 'Put it below the storage location of the release settings, or give the file itself.',
  },
  PackageReplayed: {
    reason: 'This very package was imported already',
    fix: 'Import the package that fits, which the reason names.',
    overridable: true,
  },
  ProductVersionDiffers: {
    reason: 'The product version of the source is another one than here',
    fix: another,
  },
} as const satisfies Record<string, { reason: string; fix: string; overridable?: true }>;

/** The code of what the check of a package for a tenant can find. */
export type ImportFindingCode = keyof typeof importFindings;

/** A finding about a package that is to be imported; `detail` goes on where the reason ends. */
export function importFinding(
  code: ImportFindingCode,
  about: { readonly object?: FindingObject; readonly detail?: string } = {},
): Finding {
  const { reason, fix } = importFindings[code];
  return {
    code,
    severity: 'error',
    ...(about.object === undefined ? {} : { object: about.object }),
    reason: about.detail === undefined ? reason : `${reason}: ${about.detail}`,
    fix,
    overridable: 'overridable' in importFindings[code],
  };
}
