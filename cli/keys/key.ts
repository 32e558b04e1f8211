import type { Command } from 'commander';
import type { Key } from '../../client';
import type { Output } from '../kit/output';
import { withSession } from '../kit/session';
import { registerExport } from './export';
import { registerTrust } from './trust';

/** Adds `gantry key`: keys that sign packages, and those of others that are trusted (REL-24, REL-29). */
export function registerKeys(program: Command): void {
  const key = program
    .command('key')
    .description('Keys that sign packages, and keys of others that are trusted.');
  registerCreate(key);
  registerList(key);
  registerExport(key);
  registerTrust(key);
  registerRevoke(key);
}

function registerCreate(parent: Command): void {
  parent
    .command('create')
    .description('Make the key that signs packages from now on; the one before it is retired.')
    .option('--label <text>', 'what it is called in lists')
    .addHelpText('after', '\nExample:\n  $ gantry key create --tenant retail --label 2026')
    .action((options: { label?: string }, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const made = await gantry.keys.create({ tenant: await tenant(), ...options });
        output.result(made, () => {
          output.line(made.keyId);
          output.note('Hand its public half to those who should trust it: gantry key export');
        });
      }),
    );
}

function registerList(parent: Command): void {
  parent
    .command('list')
    .description('List the keys of a tenant: own, trusted, revoked.')
    .addHelpText('after', '\nExample:\n  $ gantry key list --tenant retail')
    .action((_options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const keys = await gantry.keys.list({ tenant: await tenant() });
        output.result({ keys }, () => printKeys(output, keys));
      }),
    );
}

function registerRevoke(parent: Command): void {
  parent
    .command('revoke')
    .description('Revoke an own or a trusted key for good: its signatures are refused from now on.')
    .argument('<id>', '16 hex digits; gantry key list shows them')
    .requiredOption('--reason <text>', 'why; kept in the list and in the audit log')
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry key revoke 9f86d081884c7d65 --reason "laptop lost" --tenant retail',
    )
    .action((id: string, options: { reason: string }, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const { reason } = options;
        const revoked = await gantry.keys.revoke({ tenant: await tenant(), key: id, reason });
        output.result(revoked, () => printKeys(output, [revoked]));
      }),
    );
}

function printKeys(output: Output, keys: readonly Key[]): void {
  output.table(
    ['key', 'state', 'label', 'since', 'by', 'revoked'],
    keys.map((one) => [
      ...[one.keyId, one.state, one.label, one.createdAt, one.createdBy],
      one.revokedAt === null
        ? ''
        : `${one.revokedAt} by ${one.revokedBy ?? ''}: ${one.revokeReason ?? ''}`,
    ]),
  );
}
