// Measures the import of whole packages beside a plain script and `pg_restore` of the same rows, turn by
// turn, and writes bench/results/import.{json,md}. README.md says how to run it.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startDumpServer } from '../export/peers.mjs';
import { describeMachine } from '../export/report.mjs';
import { startStack } from '../export/stack.mjs';
import { addTarget, importWithGantry } from './gantry-import.mjs';
import { importWithRestore, importWithScript } from './peers.mjs';
import { dumpOf, ensurePackages, packageOf } from './prepare.mjs';
import { writeReport } from './report.mjs';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '8105,43554,1000000' },
    runs: { type: 'string', default: '3' },
    workers: { type: 'string', default: '1' },
    catalog: { type: 'string', default: process.env.GANTRY_BENCH_CATALOG },
    home: { type: 'string', default: '.gantry-bench' },
    build: { type: 'string', default: resolve(import.meta.dirname, '../..') },
    seed: { type: 'string', default: '1' },
    'pg-bin': { type: 'string', default: '/usr/lib/postgresql/15/bin' },
    out: { type: 'string', default: resolve(import.meta.dirname, '../results') },
  },
});
if (options.catalog === undefined)
  throw new Error(
    'Name the folder of asset documents: --catalog FOLDER; see bench/import/README.md',
  );

const note = (text) => process.stderr.write(`${text}\n`);
const project = resolve(options.build);
const home = resolve(options.home);
const sizes = options.sizes.split(',').map(Number);
const { seed } = options;
const workers = Number(options.workers);
const newest = (prefix) =>
  join(
    options.catalog,
    readdirSync(options.catalog)
      .filter((name) => name.startsWith(prefix) && /\.ndjson(\.xz)?$/.test(name))
      .sort()
      .at(-1) ?? `${prefix}*.ndjson`,
  );
const files = [newest('warehouse-2'), newest('standards')];

mkdirSync(home, { recursive: true, mode: 0o711 });
const dumpServer = await startDumpServer({ bin: options['pg-bin'], home });
const rounds = [];
let machine;
try {
  await ensurePackages({ home, project, sizes, files, seed, dumpServer, note });
  for (const size of sizes) {
    for (let round = 1; round <= Number(options.runs); round += 1) {
      const measured = { size, round, ...(await measure(size)) };
      rounds.push(measured);
      note(JSON.stringify(measured));
    }
  }
  writeReport({ folder: options.out, machine, rounds });
} finally {
  await dumpServer?.stop();
}

/** One after another in an installation that has never seen the package, which goes afterwards. */
async function measure(size) {
  const target = join(home, 'target');
  rmSync(target, { recursive: true, force: true });
  const stack = await startStack({ project, home: target, workerCount: workers, note: () => {} });
  try {
    await addTarget(stack, seed);
    const file = packageOf(home, size);
    const script = await importWithScript(stack, { project, file, size });
    const restore =
      dumpServer && (await importWithRestore(dumpServer, { file: dumpOf(home, size) }));
    await stack.database.raw('checkpoint');
    const gantry = await importWithGantry(stack, {
      ...{ file, size, requestId: 'first', written: size },
    });
    const again = await importWithGantry(stack, {
      ...{ file, size, requestId: 'again', written: 0 },
    });
    machine = await describeMachine({ ...stack, dumpServer, workers });
    return { script, restore, gantry, again };
  } finally {
    await stack.stop();
    rmSync(target, { recursive: true, force: true });
  }
}
