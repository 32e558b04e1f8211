import type { Command } from 'commander';
import { registerChange } from './change';
import { registerEdit } from './edit';
import { registerImport } from './import';
import { registerShow } from './show';
import { registerSuggest } from './suggest';

/** Adds the commands for mappings of names between tenants (RUN-15, RUN-25). */
export function registerMapping(program: Command): void {
  const mapping = program
    .command('mapping')
    .description('Mappings: what names of a source tenant become when its packages are imported.');
  registerShow(mapping);
  registerChange(mapping);
  registerEdit(mapping);
  registerImport(mapping);
  registerSuggest(mapping);
}
