import type { Command } from 'commander';
import { registerFeatures } from './features';
import { registerScan } from './scan';

/** Adds the commands of the secret scan (REL-26). */
export function registerDetection(program: Command): void {
  const detection = program
    .command('detection')
    .description('The secret scan: detection features of a tenant and what they find.');
  registerFeatures(detection);
  registerScan(detection);
}
