// Measures `gantry catalog load` beside `psql \copy` of the same rows, turn by turn, and writes
// bench/results/catalog-load.{json,md}. README.md says how to run it.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from '../kit/machine.mjs';
import { readOptions } from '../kit/options.mjs';
import { startStack } from '../kit/stack.mjs';
import { ensureInputs } from './inputs.mjs';
import { writeReport } from './report.mjs';
import { timeCommand } from './time-command.mjs';

const tenant = 'bench';
const peer = execFileSync('psql', ['--version'], { encoding: 'utf8' }).trim();
const { home, project, sizes, runs, workers, seed, out, files, note } = readOptions();

const rounds = [];
let machine;
for (const size of sizes) {
  const inputs = await ensureInputs({ home, project, size, files, seed });
  for (let round = 1; round <= runs; round += 1) {
    const measured = { size, round, ...(await measure(inputs)) };
    rounds.push(measured);
    note(JSON.stringify(measured));
  }
}
writeReport({ folder: out, machine, rounds });

/** One after another in an installation without any content, which goes afterwards. */
async function measure({ lines, rows }) {
  const target = join(home, 'target');
  rmSync(target, { recursive: true, force: true });
  const stack = await startStack({ project, home: target, workerCount: workers, note: () => {} });
  try {
    await stack.gantry.tenants.create({ code: tenant, timeZone: 'UTC' });
    await stack.database.raw(`create table plain_assets (type text, project text, code text,
      content text, digest bytea, primary key (type, project, code))`);
    const load = () =>
      timeCommand(process.execPath, [
        ...[join(project, 'dist/cli/main.js'), '--home', target],
        ...['catalog', 'load', lines, '--tenant', tenant, '--json'],
      ]);
    await stack.database.raw('checkpoint');
    const psql = timeCommand(
      'psql',
      ['-qc', `\\copy plain_assets from '${rows}'`],
      psqlSettings(stack),
    );
    await stack.database.raw('checkpoint');
    const first = load();
    const again = load();
    machine = await describeMachine({ ...stack, peer, workers });
    return { psql, load: first, again };
  } finally {
    await stack.stop();
    rmSync(target, { recursive: true, force: true });
  }
}

/** Passwords do not belong into argument lists. */
function psqlSettings({ settings }) {
  const url = new URL(settings.database.url);
  return {
    PGHOST: url.hostname,
    PGPORT: url.port,
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: url.pathname.slice(1),
  };
}
