import { permanent, transient, type Failure } from './failure';

/** What packages can fail with, from their making to their arrival and their publishing. */
export const packageFailures = {
  // Keys and chains of packages
  KeyExists: permanent('The key is here already', 'Nothing to do; gantry key list shows it.'),
  KeyNotFound: permanent('There is no such key', 'List the keys: gantry key list.'),
  KeyRevoked: permanent(
    'The key was revoked, which is for good',
    'Make a new one (gantry key create), or trust another one (gantry key trust).',
  ),
  NothingChanged: permanent(
    'Nothing differs from the base package',
    'Nothing to do; export again when something has changed.',
  ),
  SigningKeyRevoked: permanent(
    'The key that this run signs with was revoked meanwhile',
    'Abort the run and start the export again, which signs with the key that is active then.',
  ),

  // Detection
  DetectionFeaturesNone: permanent(
    'The tenant has no detection features to scan with',
    'Load assets of the type detection_feature: gantry catalog load.',
  ),
  DetectionFeaturesMissing: permanent(
    'The detection features of this scan are forgotten',
    'Retry the step: the scan is planned anew with the features of today.',
  ),

  // Archives and packages
  AuthenticationUndecryptable: permanent(
    'Authentication information of the package cannot be decrypted',
    'Compare the release credential in the release settings of both tenants.',
  ),
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

  // Mappings
  EditorFailed: permanent(
    'The editor did not start or ended with a failure',
    'Name one that works in VISUAL or EDITOR, or change the mapping by gantry mapping set or import.',
  ),
  ImportNotPlanned: permanent(
    'The import has no plan yet',
    'Wait until its run has planned: gantry run show.',
  ),
  MappingMoved: permanent(
    'The mapping was changed meanwhile',
    'Look at its latest version, gantry mapping show, and make the change again.',
  ),
  MappingNotFound: permanent(
    'There is no such mapping, or no such version of it',
    'gantry mapping list and gantry mapping history tell which there are.',
  ),

  // Publishing
  ProductionRefused: permanent(
    'Production does not take the object',
    'Mend what production names, then retry: gantry publish retry.',
  ),
  PublishObjectNotFound: permanent(
    'The object is not on the list of what is published',
    'See what is listed: gantry publish list.',
  ),
  SourceNotCleared: permanent(
    'The package carries this information, so it cannot be entered here',
    'Enter only what the source lacks: gantry publish settings show.',
  ),
  SourceNotFound: permanent(
    'There is no such source, or the object is of a type without connections',
    'List the sources: gantry publish list --type data_source compute_source.',
  ),
  TablePermissionRefused: permanent(
    'The platform does not grant the permission on the table',
    'Have it granted there, then retry: gantry publish retry.',
  ),

  // Imports
  ImportNotFound: permanent('There is no such import', 'List the imports: gantry import list.'),
  ImportRunning: permanent(
    'Another import of the tenant is under way; there is one at a time',
    'Wait for it, or cancel it: gantry run show, gantry run cancel.',
  ),
  ImportNotUndoable: permanent(
    'Only an import that was applied and not undone yet can be undone',
    'See its state: gantry import show.',
  ),
  PackageIndexMissing: permanent(
    'What the package holds is not (any more) written down as a whole',
    'Start the import again; the package is read anew.',
  ),
  PackageNameWrong: permanent(
    'Only files whose name ends in .dp are imported',
    'Name the package as it was downloaded.',
  ),
  PlanNotFound: permanent(
    'The import has no plan (yet), or it was swept',
    'Wait until it is planned: gantry run watch.',
  ),
  StagedContentMissing: permanent(
    'Contents that the plan writes are not staged',
    'Start the import again; nothing was written.',
  ),
} as const satisfies Record<string, Failure>;
