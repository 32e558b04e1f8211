import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { printPerson } from './print-person';
import { addRoleOptions, tenantOf, toWantedRoles, type RoleOptions } from './role-options';

/** Adds `gantry person grant`. */
export function registerGrant(person: Command): void {
  registerChange(person, {
    verb: 'grant',
    description: 'Give further roles to somebody the installation knows.',
    example: 'gantry person grant li --role operator',
  });
}

/** Adds `gantry person revoke`. */
export function registerRevoke(person: Command): void {
  registerChange(person, {
    verb: 'revoke',
    description: 'Take roles away from somebody.',
    example: 'gantry person revoke li --role project-member --project retail_dwd',
  });
}

function registerChange(
  person: Command,
  texts: {
    readonly verb: 'grant' | 'revoke';
    readonly description: string;
    readonly example: string;
  },
): void {
  addRoleOptions(
    person
      .command(texts.verb)
      .description(texts.description)
      .argument('<name>', 'whose roles')
      .option('--installation', 'roles of the installation instead of a tenant'),
  )
    .addHelpText('after', `\nExample:\n  $ ${texts.example}`)
    .action((name: string, options: RoleOptions & { installation?: boolean }, command: Command) =>
      withSession(command, async (session) => {
        const roles = toWantedRoles(options);
        const change = { ...(await tenantOf(session, options)), name, roles };
        const changed = await session.gantry.people[texts.verb](change);
        session.output.result(changed, () => printPerson(session.output, changed));
      }),
    );
}
