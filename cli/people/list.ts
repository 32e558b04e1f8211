import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { describeRolesOf } from './print-person';
import { tenantOf } from './role-options';

/** Adds `gantry person list`. */
export function registerList(person: Command): void {
  person
    .command('list')
    .description('List the people and programs of a tenant with their roles.')
    .option('--installation', 'those with roles of the installation instead')
    .addHelpText('after', '\nExample:\n  $ gantry person list --tenant retail')
    .action((options: { readonly installation?: boolean }, command: Command) =>
      withSession(command, async (session) => {
        const people = await session.gantry.people.list(await tenantOf(session, options));
        session.output.result({ people }, () =>
          session.output.table(
            ['name', 'kind', 'tokens', 'roles'],
            people.map((one) => [one.name, one.kind, one.tokenCount, describeRolesOf(one)]),
          ),
        );
      }),
    );
}
