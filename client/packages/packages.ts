import { inspectPackage, type PackageInspection } from '../../archive/inspect-package';
import { unpackPackage } from '../../archive/unpack-package';
import type { SignatureDemand } from '../../archive/signature';
import {
  verifyPackage,
  type PackageVerdict,
  type VerifyOptions,
} from '../../archive/verify-package';
import { readPublicKey } from '../../store/keys/trust-key';
import { meterSource, type PackageProgress } from './meter-source';
import { withPackageFile } from './open-package-file';

/** A package file to look into. */
export interface PackageFileRef {
  readonly file: string;
}

/** A package file to check. */
export interface PackageFileCheck extends PackageFileRef {
  /** The release credential; without it the seal is not checked, which a finding says. */
  readonly credential?: string | undefined;
  /**
   * Public keys, in PEM or as the JSON text of `gantry key export`: the package has to be signed with
   * one of them. Without any its signature is not checked, which a finding says.
   */
  readonly publicKeys?: readonly string[] | undefined;
  readonly onProgress?: ((progress: PackageProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A package file to unpack. */
export interface PackageFileUnpacking extends PackageFileCheck {
  /** A folder that is new or empty. */
  readonly folder: string;
  /** Replaces a folder that is not empty. @default false */
  readonly force?: boolean | undefined;
}

/**
 * Reads what a package file says about itself (REL-29): manifest, seal, entries. Needs no
 * installation; content is not read. Throws `PackageFileUnreadable`; a broken package is no error
 * but a finding.
 *
 * @example
 * const { manifest, findings } = await inspectPackageFile({ file: 'june.dp' });
 */
export function inspectPackageFile(input: PackageFileRef): Promise<PackageInspection> {
  return withPackageFile(input.file, (source) => inspectPackage(source));
}

/**
 * Checks a package file from first to last byte (REL-29), its seal where the credential is given and
 * its signature where public keys are. Needs no installation. Throws `PackageFileUnreadable`,
 * `InvalidInput` for what is no public key, and the signal's reason.
 *
 * @example
 * const { ok, findings } = await verifyPackageFile({ file: 'june.dp', credential });
 */
export function verifyPackageFile(input: PackageFileCheck): Promise<PackageVerdict> {
  return withPackageFile(input.file, (source) =>
    verifyPackage(meterSource(source, input.onProgress), toOptions(input)),
  );
}

/**
 * Unpacks a package file while checking it; the folder appears whole or not at all. Needs no
 * installation. Throws `PackageFileUnreadable`, `PackageCorrupt` with the findings,
 * `UnpackTargetNotEmpty`, and the signal's reason.
 *
 * @example
 * await unpackPackageFile({ file: 'june.dp', folder: 'june' });
 */
export function unpackPackageFile(input: PackageFileUnpacking): Promise<PackageVerdict> {
  return withPackageFile(input.file, (source) =>
    unpackPackage(meterSource(source, input.onProgress), input.folder, {
      ...toOptions(input),
      force: input.force ?? false,
    }),
  );
}

function toOptions({ credential, publicKeys, signal }: PackageFileCheck): VerifyOptions {
  return {
    ...(credential === undefined ? {} : { credential }),
    ...(publicKeys === undefined || publicKeys.length === 0 ? {} : toDemand(publicKeys)),
    ...(signal === undefined ? {} : { signal }),
  };
}

function toDemand(publicKeys: readonly string[]): SignatureDemand {
  const trustedKeys = publicKeys.map((text) => ({ ...readPublicKey(text), isRevoked: false }));
  return { trustedKeys, demandSignature: true };
}
