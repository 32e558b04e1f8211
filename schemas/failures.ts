import { permanent, transient, type Failure } from './failure';
import { packageFailures } from './package-failures';
import { stackFailures } from './stack-failures';

/**
 * The failure catalogue: every code Gantry can fail with, whether the engine may retry it, what it
 * says and what a person does about it. Codes become `ApplicationFailure.type`.
 */
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
  DatabaseConflict: transient(
    'Another transaction of the database was in the way',
    'Nothing to do: it is tried again.',
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
    'Lines of the file, or objects of the dbt manifest, are not valid; nothing was loaded',
    'Mend what is listed, or load the good ones with --skip-bad.',
  ),
  CatalogFileUnreadable: permanent(
    'The file cannot be read',
    'Check that it exists, is readable and is whole NDJSON (.ndjson, .gz, .xz).',
  ),
  DbtManifestInvalid: permanent(
    'The file is no dbt manifest that can be read',
    'Give the manifest.json that dbt writes into its target folder, version 4 or newer.',
  ),
  DbtManifestProjectMissing: permanent(
    'A dbt manifest needs the project it is loaded into',
    'Name the project: --project orders.',
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
  TooManyStatements: permanent(
    'The scope has more tables than a package can hold create-table statements of',
    'Export without create-table statements, or in parts: by projects, types or segments.',
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

  // Runs and approvals
  RunNotFound: permanent('There is no such run', 'List the runs: gantry run list.'),
  RunClosed: permanent(
    'The run has ended',
    'Nothing can be decided about an ended run; start a new one.',
  ),
  RunNotRerunnable: permanent(
    'The run cannot be started again',
    'Start a new one; gantry run show tells how this one ended.',
  ),
  RunStillOpen: permanent(
    'The run has not ended',
    'Wait for its end, or retry, abort or cancel it: gantry run show.',
  ),
  StepNotRecorded: permanent(
    'A step before the wanted one left no result, or it was undone',
    'Start again from the step that is named: gantry run rerun RUN --from STEP.',
  ),
  StepUnknown: permanent('The run has no such step', 'Name one of the steps that are listed.'),
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
  CodeNotNeeded: permanent(
    'The approval policy asks for no one-time code',
    'Decide without one: gantry approval approve.',
  ),
  DecisionIgnored: permanent(
    'The decision does not count',
    'The reason is in the details and in the audit log.',
  ),
  ReasonMissing: permanent('A rejection needs a reason', 'Give it: --comment "why".'),

  // Webhooks and call-backs
  CallbackExpired: permanent(
    'The time of the call-back is more than five minutes away',
    'Set the clock of the sender, and sign each message when it is sent.',
  ),
  CallbackReplayed: permanent(
    'A call-back with this id was another decision',
    'Give every message an id of its own.',
  ),
  CallbackUnsigned: permanent(
    'The call-back is not signed as it should be',
    'Sign it as Standard Webhooks says, with the call-back secret of a webhook of the tenant.',
  ),
  WebhookNotFound: permanent('There is no such webhook', 'List the webhooks: gantry webhook list.'),
  WebhookRefused: transient(
    'The receiver of a webhook answered with an error',
    'Look at the log of the receiver; it must answer 2xx. The message is sent again.',
  ),
  WebhookTargetForbidden: permanent(
    'This installation sends to public addresses over https only',
    'Name another URL, or let the operators set GANTRY_WEBHOOK_TARGETS=any.',
  ),
  WebhookUnreachable: transient(
    'The receiver of a webhook does not answer',
    'Check its address and the network. The message is sent again.',
  ),

  ...packageFailures,
  ...stackFailures,
} as const satisfies Record<string, Failure>;

/** A stable code of the catalogue. */
export type FailureCode = keyof typeof failures;

/** The codes that the engine must not retry. */
export const permanentFailureCodes: readonly FailureCode[] = (
  Object.keys(failures) as FailureCode[]
).filter((code) => failures[code].retry === 'permanent');
