export { exportRelease } from './releases/export-release';
export { expirePackage } from './upkeep/expire-package';
