export { exportRelease } from './releases/export-release';
export { importPackage } from './imports/import-package';
export { undoImport } from './imports/undo-import';
export { expirePackage } from './upkeep/expire-package';
