import type { Command } from 'commander';
import { registerAdd } from './add';
import { registerList } from './list';
import { registerGrant, registerRevoke } from './change-roles';
import { registerNewToken, registerRevokeToken } from './tokens';

/** Adds the commands for people, roles and tokens (RUN-15, RUN-21, RUN-29). */
export function registerPeople(program: Command): void {
  const person = program
    .command('person')
    .description('People and programs: who they are, what they may do, and their tokens.');
  registerAdd(person);
  registerList(person);
  registerGrant(person);
  registerRevoke(person);
  registerNewToken(person);
  registerRevokeToken(person);
}
