import type { BulkActivities, ControlActivities } from '../schemas/activities';
import type { Dependencies } from './dependencies';
import { concludeSecretScan } from './detection/conclude-secret-scan';
import { planSecretScan } from './detection/plan-secret-scan';
import { scanShards } from './detection/scan-shards';
import { applyImportActivity } from './imports/apply-import';
import { checkImportPermission } from './imports/check-import-permission';
import { closePackageIndex } from './imports/close-package-index';
import { indexShard } from './imports/index-shard';
import { openPackageIndex } from './imports/open-package-index';
import { planImportActivity } from './imports/plan-import';
import { planUndoActivity } from './imports/plan-undo';
import { receivePackage } from './imports/receive-package';
import { registerImportActivity } from './imports/register-import';
import { removeStagedImport } from './imports/remove-staged-import';
import { stageShard } from './imports/stage-shard';
import { withHeartbeat } from './kit/with-heartbeat';
import { checkPublishPermission } from './publishing/check-publish-permission';
import { orderPublishingActivity } from './publishing/order-publishing';
import { publishShard } from './publishing/publish-shard';
import { reportPublishingActivity } from './publishing/report-publishing';
import { testSource } from './publishing/test-source';
import { checkReleasePermission } from './releases/check-release-permission';
import { checkReleaseSettings } from './releases/check-release-settings';
import { collectShard, collectShards } from './releases/collect-shards';
import { freezeScopeActivity } from './releases/freeze-scope';
import { holdMaintenanceMode } from './releases/hold-maintenance-mode';
import { joinPackage } from './releases/join-package';
import { promotePackage } from './releases/promote-package';
import { registerPackageActivity } from './releases/register-package';
import { removePackageObject } from './releases/remove-package-object';
import { removeStagedObjects } from './releases/remove-staged-objects';
import { verifyPackageActivity } from './releases/verify-package';
import { auditOverrides } from './runs/audit-overrides';
import { announceParkActivity } from './runs/announce-park';
import { finishRunActivity } from './runs/finish-run';
import { judgeDecisionActivity } from './runs/judge-decision';
import { judgeOperatorActivity } from './runs/judge-operator';
import { openApprovalActivity } from './runs/open-approval';
import { readRecordedResult } from './runs/read-recorded-result';
import { remindApproversActivity } from './runs/remind-approvers';
import { settleOverdueApprovalActivity } from './runs/settle-overdue-approval';
import { auditSweep } from './upkeep/audit-sweep';
import { deletePackageObject } from './upkeep/delete-package-object';
import { markPackageExpired } from './upkeep/mark-package-expired';
import { sweepObjectsActivity } from './upkeep/sweep-objects';
import { sweepRecordsActivity } from './upkeep/sweep-records';

export { toApplicationFailure } from './kit/to-application-failure';
export { guardResultSize } from './kit/result-guard';
export type { Dependencies } from './dependencies';

/** The light activities, for workers of the control queue. */
export function createControlActivities(dependencies: Dependencies): ControlActivities {
  return withHeartbeat<ControlActivities>({
    checkReleaseSettings: checkReleaseSettings(dependencies),
    checkReleasePermission: checkReleasePermission(dependencies),
    holdMaintenanceMode: holdMaintenanceMode(dependencies),
    freezeScope: freezeScopeActivity(dependencies),
    concludeSecretScan: concludeSecretScan(dependencies),
    openApproval: openApprovalActivity(dependencies),
    judgeDecision: judgeDecisionActivity(dependencies),
    remindApprovers: remindApproversActivity(dependencies),
    settleOverdueApproval: settleOverdueApprovalActivity(dependencies),
    judgeOperator: judgeOperatorActivity(dependencies),
    announcePark: announceParkActivity(dependencies),
    registerPackage: registerPackageActivity(dependencies),
    finishRun: finishRunActivity(dependencies),
    auditOverrides: auditOverrides(dependencies),
    readRecordedResult: readRecordedResult(dependencies),
    markPackageExpired: markPackageExpired(dependencies),
    sweepRecords: sweepRecordsActivity(dependencies),
    auditSweep: auditSweep(dependencies),
    checkImportPermission: checkImportPermission(dependencies),
    planImport: planImportActivity(dependencies),
    planUndo: planUndoActivity(dependencies),
    applyImport: applyImportActivity(dependencies),
    registerImport: registerImportActivity(dependencies),
    checkPublishPermission: checkPublishPermission(dependencies),
    reportPublishing: reportPublishingActivity(dependencies),
  });
}

/** The streaming activities, for workers of the bulk queue. */
export function createBulkActivities(dependencies: Dependencies): BulkActivities {
  return {
    planSecretScan: planSecretScan(dependencies),
    scanShards: scanShards(dependencies),
    collectShards: collectShards(dependencies),
    collectShard: collectShard(dependencies),
    joinPackage: joinPackage(dependencies),
    promotePackage: promotePackage(dependencies),
    verifyPackage: verifyPackageActivity(dependencies),
    removeStagedObjects: removeStagedObjects(dependencies),
    removePackageObject: removePackageObject(dependencies),
    deletePackageObject: deletePackageObject(dependencies),
    sweepObjects: sweepObjectsActivity(dependencies),
    receivePackage: receivePackage(dependencies),
    openPackageIndex: openPackageIndex(dependencies),
    indexShard: indexShard(dependencies),
    closePackageIndex: closePackageIndex(dependencies),
    stageShard: stageShard(dependencies),
    removeStagedImport: removeStagedImport(dependencies),
    orderPublishing: orderPublishingActivity(dependencies),
    publishShard: publishShard(dependencies),
    testSource: testSource(dependencies),
  };
}
