import { inspectPackage, type PackageInspection } from '../../archive/inspect-package';
import { unpackPackage } from '../../archive/unpack-package';
import { verifyPackage, type PackageVerdict } from '../../archive/verify-package';
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
 * Checks a package file from first to last byte (REL-29), and its seal where the credential is
 * given. Needs no installation. Throws `PackageFileUnreadable`, and the signal's reason.
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

function toOptions({ credential, signal }: PackageFileCheck): {
  credential?: string;
  signal?: AbortSignal;
} {
  return {
    ...(credential === undefined ? {} : { credential }),
    ...(signal === undefined ? {} : { signal }),
  };
}
