import type { Command } from 'commander';
import { readPublicKeyFile } from '../kit/read-public-key';
import { withSession } from '../kit/session';

/** Adds `gantry key trust`. */
export function registerTrust(parent: Command): void {
  parent
    .command('trust')
    .description('Trust the public key in a file: signatures made with it count from now on.')
    .argument('<file>', 'what gantry key export wrote, or a PEM; - for stdin')
    .option('--label <text>', 'whose it is')
    .addHelpText('after', '\nExample:\n  $ gantry key trust retail.key.json --tenant shop')
    .action((file: string, options: { label?: string }, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const publicKey = await readPublicKeyFile(file);
        const trusted = await gantry.keys.trust({ tenant: await tenant(), publicKey, ...options });
        output.result(trusted, () => {
          output.line(trusted.keyId);
          output.note(`Trusted as ${trusted.label}. Compare the key id with its owner.`);
        });
      }),
    );
}
