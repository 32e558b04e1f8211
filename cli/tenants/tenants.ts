import type { Command } from 'commander';
import { registerCreate } from './create';
import { registerList } from './list';
import { registerMode } from './mode';
import { registerSettings } from './settings';
import { registerShow } from './show';

/** Adds the commands for tenants, their release settings and modes (RUN-15, REL-1…3). */
export function registerTenants(program: Command): void {
  const tenant = program
    .command('tenant')
    .description('Tenants: what they are, their release settings and their mode.');
  registerCreate(tenant);
  registerList(tenant);
  registerShow(tenant);
  registerSettings(tenant);
  registerMode(tenant);
}
