import type { BulkActivities, ControlActivities } from '../../schemas/activities';
import type { exportSteps } from '../../schemas/workflows';

/** A step of an export. */
export type ExportStep = (typeof exportSteps)[number];

/** The activity that each step of an export begins with; `retention` starts a workflow instead. */
export const stepActivities: Readonly<
  Record<Exclude<ExportStep, 'retention'>, keyof ControlActivities | keyof BulkActivities>
> = {
  'check settings': 'checkReleaseSettings',
  'check permission': 'checkReleasePermission',
  'check maintenance mode': 'holdMaintenanceMode',
  'freeze scope': 'freezeScope',
  'wait for approval': 'openApproval',
  collect: 'collectShard',
  package: 'joinPackage',
  upload: 'promotePackage',
  verify: 'verifyPackage',
  register: 'removeStagedObjects',
};
