import type { Command } from 'commander';
import type { ModeState } from '../../client';
import type { Output } from '../kit/output';
import { withSession } from '../kit/session';

/** Adds `gantry tenant mode [show]`, `… start` and `… end` (REL-3). */
export function registerMode(tenant: Command): void {
  const mode = tenant
    .command('mode')
    .description(
      'The mode of a tenant: exports, imports and publishing need cross-tenant-publishing.',
    );
  mode
    .command('show', { isDefault: true })
    .description('Show the mode, the runs that keep it, and its history.')
    .addHelpText('after', '\nExample:\n  $ gantry tenant mode --tenant retail')
    .action((_options: unknown, command: Command) =>
      withSession(command, async (session) => {
        const state = await session.gantry.tenants.mode({ tenant: await session.tenant() });
        session.output.result(state, () => printMode(session.output, state));
      }),
    );
  registerStart(mode);
  registerEnd(mode);
}

function registerStart(mode: Command): void {
  mode
    .command('start')
    .description('Start a mode; only super and system administrators may.')
    .argument('<mode>', 'maintenance or cross-tenant-publishing')
    .option('--reason <text>', 'why, for the history')
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry tenant mode start cross-tenant-publishing --reason "release 12"',
    )
    .action((name: string, options: { readonly reason?: string }, command: Command) =>
      withSession(command, async (session) => {
        const state = await session.gantry.tenants.startMode({
          tenant: await session.tenant(),
          // The client tells which modes there are.
          mode: name as never,
          ...options,
        });
        session.output.result(state, () => session.output.line(`The mode is ${state.mode}.`));
      }),
    );
}

function registerEnd(mode: Command): void {
  mode
    .command('end')
    .description('Go back to normal; refused while runs are at work under the mode.')
    .option('--reason <text>', 'why, for the history')
    .addHelpText('after', '\nExample:\n  $ gantry tenant mode end --reason "release 12 is out"')
    .action((options: { readonly reason?: string }, command: Command) =>
      withSession(command, async (session) => {
        const tenant = await session.tenant();
        const state = await session.gantry.tenants.endMode({ tenant, ...options });
        session.output.result(state, () => session.output.line(`The mode is ${state.mode}.`));
      }),
    );
}

function printMode(output: Output, state: ModeState): void {
  output.line(`The mode is ${state.mode}.`);
  if (state.heldBy.length > 0) output.line(`Kept by: ${state.heldBy.join(', ')}`);
  if (state.history.length === 0) return;
  output.line();
  output.table(
    ['mode', 'started', 'by', 'reason', 'ended', 'by', 'reason'],
    state.history.map((period) => [
      period.mode,
      period.startedAt,
      period.startedBy,
      period.startReason,
      period.endedAt ?? 'lasts',
      period.endedBy,
      period.endReason,
    ]),
  );
}
