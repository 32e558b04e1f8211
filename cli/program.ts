import { Command, Option } from 'commander';
import { version } from '../package.json';
import { registerCompletion } from './completion/completion';
import { registerAudit } from './audit/audit';
import { registerApproval } from './approvals/approval';
import { registerStack } from './local/stack';
import { registerRelease } from './releases/release';
import { registerRun } from './runs/run';
import { registerCatalog } from './catalog/catalog';
import { registerDemo } from './demo/demo';
import { registerDetection } from './detection/detection';
import { registerImport } from './imports/import';
import { registerInbox } from './inbox/inbox';
import { registerMapping } from './mappings/mapping';
import { registerKeys } from './keys/key';
import { registerPackage } from './packages/package';
import { registerPeople } from './people/people';
import { registerPublish } from './publishing/publish';
import { registerTenants } from './tenants/tenants';
import { registerUpkeep } from './upkeep/upkeep';
import { registerWebhook } from './webhooks/webhook';

/** The command line of Gantry: every domain adds its commands here (RUN-15). */
export function createProgram(): Command {
  const program = new Command('gantry')
    .description('Moves data-platform assets between environments, as durable workflows.')
    .version(version)
    .addOption(new Option('--home <folder>', 'folder of the embedded stack').env('GANTRY_HOME'))
    .option(
      '--tenant <code>',
      'tenant to work in (or GANTRY_TENANT; needed where you have several)',
    )
    .option(
      '--as <person>',
      'act as this person, with the token that "gantry person add" left in the stack’s folder',
    )
    .option('--json', 'one JSON document on stdout')
    .showHelpAfterError('(add --help to see how it is used)')
    .showSuggestionAfterError()
    // Before the commands are added: they inherit it, and a wrong call gets its exit status.
    .exitOverride();
  registerTenants(program);
  registerPeople(program);
  registerApproval(program);
  registerStack(program);
  registerDemo(program);
  registerRelease(program);
  registerImport(program);
  registerPackage(program);
  registerKeys(program);
  registerPublish(program);
  registerRun(program);
  registerMapping(program);
  registerCatalog(program);
  registerDetection(program);
  registerInbox(program);
  registerWebhook(program);
  registerUpkeep(program);
  registerAudit(program);
  registerCompletion(program);
  return program;
}
