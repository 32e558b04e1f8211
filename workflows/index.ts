export { exportRelease } from './releases/export-release';
export { importPackage } from './imports/import-package';
export { undoImport } from './imports/undo-import';
export { publishObjects } from './publishing/publish-objects';
export { testSource } from './publishing/test-source';
export { sweepRetention } from './upkeep/sweep-retention';
export { expirePackage } from './upkeep/expire-package';
