import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { printPerson } from './print-person';
import { addRoleOptions, tenantOf, toWantedRoles, type RoleOptions } from './role-options';
import { prepareTokenFile, type TokenFileOptions } from './token-file';

interface AddOptions extends RoleOptions, TokenFileOptions {
  readonly program?: boolean;
  readonly installation?: boolean;
}

/** Adds `gantry person add`. */
export function registerAdd(person: Command): void {
  addRoleOptions(
    person
      .command('add')
      .description(
        'Add somebody with roles; a new one gets a token, written to a file of mode 0600.',
      )
      .argument('<name>', 'name, unique in the installation')
      .option('--program', 'it is a program, not a person')
      .option('--installation', 'roles of the installation instead of a tenant')
      .option('--token-file <path>', 'where the token goes (default: the folder of the stack)')
      .option('--force', 'replace the token file'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ gantry person add li --tenant retail --role approver
  $ gantry person add bot --program --role cross-tenant-release-user --token-file ./bot.token
  $ gantry person add wang --role project-owner --project retail_dwd,retail_ads`,
    )
    .action((name: string, options: AddOptions, command: Command) =>
      withSession(command, async (session) => {
        const roles = toWantedRoles(options);
        const tenant = await tenantOf(session, options);
        const place = prepareTokenFile({ ...session.options, ...options }, name);
        try {
          const added = await session.gantry.people.add({
            ...tenant,
            name,
            roles,
            ...(options.program === true ? { kind: 'program' } : {}),
          });
          const tokenFile = added.token === null ? null : place.keep(added.token);
          session.output.result({ person: added.person, tokenFile }, () => {
            printPerson(session.output, added.person);
            session.output.line(
              tokenFile === null ? 'No new token: this person has one.' : `Token: ${tokenFile}`,
            );
          });
        } finally {
          place.discard();
        }
      }),
    );
}
