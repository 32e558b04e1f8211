export { connectGantry, type Gantry, type GantryOptions } from './gantry';
export { PipelineError, isPipelineError } from '../schemas/pipeline-error';
export type { FailureCode } from '../schemas/failures';
export type { Finding } from '../schemas/runs/finding';
export type { FindingOverride } from '../schemas/runs/override';
export type { Audit } from './audit/audit';
export type { AuditRecord } from '../schemas/audit/audit-view';
export type { ImportInput, Imports } from './imports/imports';
export type { StartedImport } from './imports/start-import';
export type { UploadProgress } from './imports/upload-package';
export { documentPatch } from '../archive/document-patch';
export type {
  Import,
  ImportList,
  ImportSummary,
  ObjectComparison,
  PlanObject,
  PlanObjectList,
  PlanReferenceList,
} from '../schemas/imports/import-view';
export type { Publishing, PublishComparison } from './publishing/publishing';
export type { PublishingStarted } from './publishing/start-publishing';
export type {
  CategoryOverview,
  PublishObject,
  PublishPage,
  SourceSettingsView,
} from '../schemas/publishing/publish-view';
export type { SourceTest } from '../schemas/publishing/activities';
export type { Inbox } from './inbox/inbox';
export type { Notice } from '../schemas/notices/notice';
export type { People } from './people/people';
export type { Person } from '../schemas/tenants/person';
export type { Keys } from './keys/keys';
export type { ExportedKey, Key } from '../schemas/keys/key';
export type { Tenants } from './tenants/tenants';
export type { ModeState } from '../schemas/tenants/mode';
export type { ReleaseSettings } from '../schemas/tenants/release-settings';
export type { Tenant } from '../schemas/tenants/tenant';
export type { ApprovalPolicy } from '../schemas/runs/approval-policy';
export type { Role } from '../schemas/tenants/rights';
export type { Catalog, CatalogLoad, CatalogLoaded } from './catalog/catalog';
export type { AssetDocument } from '../schemas/catalog/asset-document';
export type {
  AssetPage,
  AssetSummary,
  AssetVersion,
  CatalogStats,
  StoredAsset,
} from '../schemas/catalog/catalog-queries';
export type { DocumentFault } from '../schemas/catalog/document-fault';
export type { CatalogFormat, LoadProgress, ManifestResult } from '../schemas/catalog/load-result';
export type { SweepSchedule, Upkeep } from './upkeep/upkeep';
export type { SweepResult } from '../schemas/upkeep/activities';
export type { Webhooks } from './webhooks/webhooks';
export type { Webhook, WebhookDelivery } from '../schemas/webhooks/webhook';
export type { Approval, ApprovalDetails, Approvals } from './approvals/approvals';
export type { CallbackMessage } from './approvals/decide-by-callback';
export type { DecisionResult } from './approvals/settle-decision';
export type { EarlierExecution, RunDetails, RunSummary } from './runs/run-details';
export type { RerunStarted } from './runs/rerun-run';
export type { Runs } from './runs/runs';
export type { RunOperation } from '../schemas/runs/run-selection';
export type { ReleaseDownload, ReleasePageRef, ReleaseRef, Releases } from './releases/releases';
export type { DownloadProgress } from './releases/download-package';
export type {
  DeletedObject,
  LeftOutObject,
  MissingRequirement,
  ObjectReason,
  Page,
  PreviewObject,
  ReleasePreview,
} from '../schemas/releases/preview';
export type { ReleaseDraftInput } from '../schemas/releases/release-draft';
export type {
  Release,
  ReleaseList,
  ReleasePackage,
  ReleaseSummary,
} from '../schemas/releases/release-view';
export type { MappingSave, Mappings } from './mappings/mappings';
export type { MappingRule, MappingRuleInput } from '../schemas/mappings/mapping-rules';
export type {
  Mapping,
  MappingSaved,
  MappingSuggestion,
  MappingSuggestions,
  MappingSummary,
  MappingVersion,
} from '../schemas/mappings/mapping-view';
export { inspectPackageFile, unpackPackageFile, verifyPackageFile } from './packages/packages';
export type { PackageFileCheck, PackageFileRef, PackageFileUnpacking } from './packages/packages';
export { diffPackageFiles, type PackageFilesDiff } from './packages/diff-package-files';
export type { PackageDiff, PackageDifference } from '../archive/diff-packages';
export type { PatchOperation } from '../archive/document-patch';
export type { PackageProgress } from './packages/meter-source';
export type { PackageInspection } from '../archive/inspect-package';
export type { PackageVerdict } from '../archive/verify-package';
export type { PackageManifest } from '../schemas/releases/manifest';
export type { Detection, DetectionScan } from './detection/detection';
export type { FeatureView } from '../schemas/detection/feature-view';
export type { ScannedFile } from '../store/detection/scan-file';
