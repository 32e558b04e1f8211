import {
  diffPackages,
  type PackageDiff,
  type PackageDifference,
} from '../../archive/diff-packages';
import { withPackageFile } from './open-package-file';

/** Two package files to compare. */
export interface PackageFilesDiff {
  readonly left: string;
  readonly right: string;
  /** Told every difference, in the order of types and identities. */
  readonly onDifference: (difference: PackageDifference) => void | Promise<void>;
}

/**
 * Compares the objects of two package files by content (REL-27). Needs no installation. Throws
 * `PackageFileUnreadable`, and `PackageCorrupt` where one cannot be read.
 *
 * @example
 * const { added, changed } = await diffPackageFiles({ left: 'may.dp', right: 'june.dp', onDifference: console.log });
 */
export function diffPackageFiles(input: PackageFilesDiff): Promise<PackageDiff> {
  return withPackageFile(input.left, (left) =>
    withPackageFile(input.right, (right) => diffPackages({ left, right }, input.onDifference)),
  );
}
