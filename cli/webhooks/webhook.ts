import type { Command } from 'commander';
import type { WebhookDelivery } from '../../client';
import { exitCodes } from '../kit/exit-codes';
import { parseCount } from '../kit/parse-count';
import { withSession } from '../kit/session';
import { registerSet } from './set';

interface NameOptions {
  readonly name: string;
}

/** `gantry webhook`: where notices and approval requests are sent besides the inbox (RUN-11, RUN-30). */
export function registerWebhook(program: Command): void {
  const webhook = program
    .command('webhook')
    .description(
      'Signed messages to systems of your own: approvals wanted, runs parked, packages ready.',
    );
  registerSet(webhook);
  webhook
    .command('list')
    .alias('show')
    .description('The webhooks of the tenant and how their messages stand; never their secrets.')
    .addHelpText('after', '\nExample:\n  $ gantry webhook list --tenant retail')
    .action((_: unknown, command: Command) => list(command));
  webhook
    .command('deliveries')
    .description('The messages of a webhook, latest first.')
    .option('--name <name>', 'which one', 'main')
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .addHelpText('after', '\nExample:\n  $ gantry webhook deliveries --limit 10')
    .action((options: NameOptions & { readonly limit: number }, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const found = await gantry.webhooks.deliveries({ tenant: await tenant(), ...options });
        output.result(found, () =>
          output.table(
            ['message', 'kind', 'run', 'attempts', 'state', 'last error'],
            found.map((one) => [
              one.id,
              one.kind,
              one.run,
              one.attempts,
              stateOf(one),
              one.lastError,
            ]),
          ),
        );
      }),
    );
  registerTest(webhook);
  webhook
    .command('remove')
    .description('Remove a webhook and what waits for it.')
    .option('--name <name>', 'which one', 'main')
    .addHelpText('after', '\nExample:\n  $ gantry webhook remove --name main')
    .action(({ name }: NameOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const code = await tenant();
        await gantry.webhooks.remove({ tenant: code, name });
        output.result({ tenant: code, name, removed: true }, () =>
          output.line(`webhook ${name} of ${code} is removed`),
        );
      }),
    );
}

function registerTest(webhook: Command): void {
  webhook
    .command('test')
    .description('Let a worker send a test, once; ends with 0 only when it arrived.')
    .option('--name <name>', 'which one', 'main')
    .addHelpText('after', '\nExample:\n  $ gantry webhook test')
    .action(({ name }: NameOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const sent = await gantry.webhooks.test({ tenant: await tenant(), name });
        if (sent.deliveredAt === null) process.exitCode = exitCodes.unwanted;
        output.result(sent, () => {
          const waits = 'no worker has sent it yet; check: gantry doctor';
          output.line(
            `${stateOf(sent)}${sent.deliveredAt === null ? `: ${sent.lastError ?? waits}` : ''}`,
          );
        });
      }),
    );
}

async function list(command: Command): Promise<void> {
  await withSession(command, async ({ gantry, output, tenant }) => {
    const found = await gantry.webhooks.list({ tenant: await tenant() });
    output.result(found, () => {
      output.table(
        ['name', 'url', 'kinds', 'active', 'waiting', 'given up', 'last error'],
        found.map((one) => [
          one.name,
          one.url,
          one.kinds.length === 0 ? 'all' : one.kinds.join(', '),
          one.active ? 'on' : 'off',
          one.pending,
          one.givenUp,
          one.lastError,
        ]),
      );
      if (found.length === 0) output.note('there is no webhook');
    });
  });
}

function stateOf(delivery: WebhookDelivery): string {
  if (delivery.deliveredAt !== null) return 'delivered';
  return delivery.givenUpAt === null ? 'waiting' : 'given up';
}
