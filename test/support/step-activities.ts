import type { BulkActivities, ControlActivities } from '../../schemas/activities';
import type { exportSteps } from '../../schemas/workflows';

/** A step of an export. */
export type ExportStep = (typeof exportSteps)[number];

/** The activities of each step of an export; `retention` starts a workflow instead. */
export const stepActivities: Readonly<
  Record<ExportStep, readonly (keyof ControlActivities | keyof BulkActivities)[]>
> = {
  'check settings': ['checkReleaseSettings'],
  'check permission': ['checkReleasePermission'],
  'check maintenance mode': ['holdMaintenanceMode'],
  'freeze scope': ['freezeScope'],
  'wait for approval': ['openApproval'],
  collect: ['collectShards'],
  package: ['joinPackage'],
  upload: ['promotePackage'],
  verify: ['verifyPackage'],
  register: ['removeStagedObjects', 'registerPackage'],
  retention: [],
};
