import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { tenantOf } from './role-options';
import { prepareTokenFile, type TokenFileOptions } from './token-file';

interface NewTokenOptions extends TokenFileOptions {
  readonly label?: string;
  readonly revokeOthers?: boolean;
  readonly installation?: boolean;
}

/** Adds `gantry person new-token`. */
export function registerNewToken(person: Command): void {
  person
    .command('new-token')
    .description(
      'Make a further token, written to a file of mode 0600; everybody may make an own one.',
    )
    .argument('<name>', 'whose token')
    .option('--label <text>', 'what it is for')
    .option('--revoke-others', 'revoke the tokens that were valid until now')
    .option('--installation', 'somebody with roles of the installation')
    .option('--token-file <path>', 'where the token goes (default: the folder of the stack)')
    .option('--force', 'replace the token file')
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry person new-token bot --revoke-others --token-file ./bot.token --force',
    )
    .action((name: string, options: NewTokenOptions, command: Command) =>
      withSession(command, async (session) => {
        const tenant = await tenantOf(session, options);
        const place = prepareTokenFile({ ...session.options, ...options }, name);
        try {
          const { token } = await session.gantry.people.newToken({
            ...tenant,
            name,
            revokeOthers: options.revokeOthers === true,
            ...(options.label === undefined ? {} : { label: options.label }),
          });
          const tokenFile = place.keep(token);
          session.output.result({ name, tokenFile }, () =>
            session.output.line(`Token: ${tokenFile}`),
          );
        } finally {
          place.discard();
        }
      }),
    );
}

/** Adds `gantry person revoke-token`. */
export function registerRevokeToken(person: Command): void {
  person
    .command('revoke-token')
    .description('Revoke every token of somebody, at once and for good.')
    .argument('<name>', 'whose tokens')
    .option('--installation', 'somebody with roles of the installation')
    .addHelpText('after', '\nExample:\n  $ gantry person revoke-token li --tenant retail')
    .action((name: string, options: { readonly installation?: boolean }, command: Command) =>
      withSession(command, async (session) => {
        const { revoked } = await session.gantry.people.revokeTokens({
          ...(await tenantOf(session, options)),
          name,
        });
        session.output.result({ name, revoked }, () =>
          session.output.line(`${revoked} tokens of ${name} are revoked.`),
        );
      }),
    );
}
