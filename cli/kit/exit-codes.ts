import type { FailureCode } from '../../schemas/failures';

/** What the exit status of `gantry` tells a script (RUN-15). */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongCall: 2,
  notAllowed: 3,
  notFound: 4,
  /** The operation ran and ended otherwise than wished: rejected, check failed, cancelled, findings. */
  unwanted: 5,
  unavailable: 6,
} as const;

const byFailure: Partial<Record<FailureCode, number>> = {
  InvalidInput: exitCodes.wrongCall,
  DraftInvalid: exitCodes.wrongCall,
  DbtManifestProjectMissing: exitCodes.wrongCall,
  SettingsInvalid: exitCodes.wrongCall,
  TenantNotChosen: exitCodes.wrongCall,
  StepUnknown: exitCodes.wrongCall,
  PackageFileUnreadable: exitCodes.wrongCall,
  UnpackTargetNotEmpty: exitCodes.wrongCall,
  ArchiveRefused: exitCodes.unwanted,
  CatalogLinesInvalid: exitCodes.unwanted,
  PackageCorrupt: exitCodes.unwanted,
  Unauthenticated: exitCodes.notAllowed,
  PermissionDenied: exitCodes.notAllowed,
  DatabaseUnavailable: exitCodes.unavailable,
  ObjectStoreUnavailable: exitCodes.unavailable,
  TemporalUnavailable: exitCodes.unavailable,
};

/** The exit status for an error's code. */
export function exitCodeOf(code: FailureCode): number {
  return byFailure[code] ?? (code.endsWith('NotFound') ? exitCodes.notFound : exitCodes.failed);
}
