import { join } from 'node:path';
import type { Command } from 'commander';
import { connectGantry, isPipelineError, type Gantry } from '../../client';
import { packageRoot } from '../../local/package-root';
import { readStackEnvironment } from '../../local/stack-environment';
import { stackStatus } from '../../local/stack-status';
import { upStack } from '../../local/up-stack';
import { formatBytes } from '../kit/format';
import { createOutput, type Output } from '../kit/output';
import { readToken, resolveEnvironment, resolveHome, type GlobalOptions } from '../kit/session';
import { prepareTokenFile } from '../people/token-file';
import { demoCredentialFile, ensureDemoCredential } from './demo-credential';
import { demoTenant, exportWorkspace, type DemoExport } from './export-workspace';
import { demoTarget, importWorkspace, type DemoImport } from './import-workspace';
import { publishWorkspace, type DemoPublishing } from './publish-workspace';
import { setUpWorkspace } from './set-up-workspace';

/** `gantry demo`: the example workspace goes from one tenant into another on the embedded stack. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('start the stack and take the example workspace from one tenant into another')
    .addHelpText('after', '\nExample:\n  $ gantry demo')
    .action((_: unknown, command: Command) => demo(command));
}

async function demo(command: Command): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const output = createOutput({ json: options.json === true });
  const home = resolveHome(options.home);
  const clock = createClock(output);

  await upStack({
    home,
    onProgress: (part) => output.note(`  ${part.name}: ${part.state}`),
    log: (line) => output.note(`  ${line}`),
  });
  clock.lap('embedded stack up');

  const credential = ensureDemoCredential(home);
  const environment = resolveEnvironment({ home });
  const admin = await connectGantry({
    environment,
    token: readToken(environment['GANTRY_ADMIN_TOKEN_FILE'] ?? ''),
  });
  try {
    const loaded = await setUpWorkspace(admin, {
      folder: join(packageRoot, 'examples', 'workspace'),
      credential,
      onToken: (person, token) => {
        prepareTokenFile({ home }, person).keep(token);
        return Promise.resolve();
      },
    });
    await ensurePublishingMode(admin);
    clock.lap(`example workspace loaded: ${loaded.lines} assets, ${loaded.created} of them new`);
  } finally {
    await admin.close();
  }

  const made = await exportWorkspace({
    home,
    credential,
    note: (text) => output.note(`  ${text}`),
  });
  clock.lap(`exported: ${made.objects} objects, ${formatBytes(made.sizeBytes)}`);
  const arrived = await importWorkspace({
    home,
    file: made.file,
    note: (text) => output.note(`  ${text}`),
  });
  clock.lap(
    `imported: ${arrived.import.state}, ${arrived.import.counts?.writes ?? 0} objects written`,
  );
  const published = await publishWorkspace({ home, note: (text) => output.note(`  ${text}`) });
  clock.lap(`published: ${describePublishing(published)}`);
  output.result({ home, ...made, arrived, published, took: clock.laps }, () =>
    printDemo(output, home, { made, arrived, published }),
  );
}

/** Exports need the tenant to be in this mode (REL-42). */
async function ensurePublishingMode(admin: Gantry): Promise<void> {
  try {
    await admin.tenants.startMode({ tenant: demoTenant, mode: 'cross-tenant-publishing' });
  } catch (error) {
    // It is in the mode since the last time.
    if (!isPipelineError(error, 'ModeUnchanged') && !isPipelineError(error, 'ModeTaken'))
      throw error;
  }
}

interface DemoResult {
  readonly made: DemoExport;
  readonly arrived: DemoImport;
  readonly published: DemoPublishing;
}

function describePublishing({ overview }: DemoPublishing): string {
  const sum = (count: 'succeeded' | 'succeededWithRisks' | 'failed' | 'toBePublished'): number =>
    overview.reduce((total, row) => total + row[count], 0);
  return (
    `${sum('succeeded')} succeeded, ${sum('succeededWithRisks')} with risks, ` +
    `${sum('failed')} failed, ${sum('toBePublished')} to be published`
  );
}

function printDemo(output: Output, home: string, { made, arrived, published }: DemoResult): void {
  const store = stackStatus({ home }).parts.find((part) => part.name === 'objectStore');
  const environment = readStackEnvironment(home);
  const bin = 'node dist/cli/main.js';
  const homeOption = process.env['GANTRY_HOME'] === undefined ? '' : ` --home ${quote(home)}`;
  output.line();
  output.line(`package      ${made.file}`);
  output.line(`sha256       ${made.digest}`);
  output.line(`export run   ${made.run.link}`);
  output.line(`import run   ${arrived.run.link}`);
  if (published.run !== null) output.line(`publish run  ${published.run.link}`);
  output.line(`S3 console   ${store?.url ?? ''}`);
  output.line(`  user in    ${environment['GANTRY_S3_ACCESS_KEY_FILE'] ?? ''}`);
  output.line(`  secret in  ${environment['GANTRY_S3_SECRET_KEY_FILE'] ?? ''}`);
  output.line();
  output.line('Try next:');
  output.line(`  ${bin}${homeOption} import show ${arrived.import.id} --tenant ${demoTarget}`);
  output.line(
    `  ${bin} package verify ${quote(made.file)} --credential-file ${quote(demoCredentialFile(home))}`,
  );
  output.line(
    `  ${bin}${homeOption} publish list --status 'to be published' --tenant ${demoTarget}  # what waits for connection and authentication information`,
  );
  output.line();
  output.line('The stack stays up; npm stop stops it.');
}

/** A word of a shell line, whatever characters it has. */
function quote(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

interface Clock {
  readonly laps: Record<string, number>;
  lap(what: string): void;
}

function createClock(output: Output): Clock {
  let last = Date.now();
  const laps: Record<string, number> = {};
  return {
    laps,
    lap(what) {
      const seconds = (Date.now() - last) / 1000;
      laps[what] = seconds;
      output.note(`${what} (${seconds.toFixed(1)} s)`);
      last = Date.now();
    },
  };
}
