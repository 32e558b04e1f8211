import type { Command } from 'commander';
import { registerList } from './list';
import { registerLoad } from './load';
import { registerShow } from './show';
import { registerStats } from './stats';

/** Adds the commands of the catalog (RUN-15, RUN-18). */
export function registerCatalog(program: Command): void {
  const catalog = program
    .command('catalog')
    .description('The built-in catalog: the assets of a tenant with their versions.');
  registerLoad(catalog);
  registerList(catalog);
  registerShow(catalog);
  registerStats(catalog);
}
