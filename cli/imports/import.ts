import type { Command } from 'commander';
import { registerList } from './list';
import { registerPlanObjects } from './plan-objects';
import { registerStart } from './start';
import { registerUndo } from './undo';

/** Adds `gantry import`: packages that arrive in a tenant, and their undo (REL-28 … REL-35, REL-41). */
export function registerImport(program: Command): void {
  const command = program
    .command('import')
    .description('Packages that arrive in a tenant: check, plan, run, undo.');
  registerStart(command);
  registerList(command);
  registerPlanObjects(command);
  registerUndo(command);
}
