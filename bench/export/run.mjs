// Measures the export of whole catalogs beside a plain script and `pg_dump -Fc` of the same rows, turn
// by turn, and writes bench/results/export.{json,md}. README.md says how to run it.
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCatalog } from './catalog.mjs';
import { exportWithGantry } from './gantry-export.mjs';
import * as peers from './peers.mjs';
import { describeMachine, writeReport } from './report.mjs';
import { startStack } from './stack.mjs';

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
    'Name the folder of asset documents: --catalog FOLDER; see bench/export/README.md',
  );

const note = (text) => process.stderr.write(`${text}\n`);
const project = resolve(options.build);
const home = resolve(options.home);
const sizes = options.sizes.split(',').map(Number);
// The warehouse first: the smallest size is that file alone.
const files = readdirSync(options.catalog)
  .filter((name) => /^(warehouse-\d|standards).*\.ndjson(\.xz)?$/.test(name))
  .sort()
  .reverse();
const [newest, standards] = [
  files.find((name) => name.startsWith('warehouse')),
  files.find((name) => name.startsWith('standards')),
].map((name) => name && join(options.catalog, name));
if (newest === undefined || standards === undefined)
  throw new Error(`${options.catalog} lacks warehouse-*.ndjson or standards-*.ndjson`);

mkdirSync(home, { recursive: true, mode: 0o711 });
const stack = await startStack({ project, home, workerCount: Number(options.workers), note });
const dumpServer = await peers.startDumpServer({ bin: options['pg-bin'], home });
try {
  const rounds = [];
  const firsts = [];
  for (const size of sizes) {
    await prepare(size);
    firsts.push({ size, ...(await exportFirst(size)) });
    note(JSON.stringify(firsts.at(-1)));
    for (let round = 1; round <= Number(options.runs); round += 1) {
      const measured = { size, round, ...(await measure(size)) };
      rounds.push(measured);
      note(JSON.stringify(measured));
    }
  }
  const machine = await describeMachine({ ...stack, dumpServer, workers: Number(options.workers) });
  writeReport({ folder: options.out, machine, rounds, firsts });
} finally {
  await dumpServer?.stop();
  await stack.stop();
}

async function prepare(size) {
  const seed = options.seed;
  await ensureCatalog(stack, { size, files: [newest, standards], seed, note });
  await peers.ensurePlainTable(stack, size);
  if (dumpServer) await peers.ensureDumpTable(stack, { server: dumpServer, project, size });
  await stack.database.raw('checkpoint');
}

/** The export that searches all contents for secrets, which later ones need not and the peers do not. */
async function exportFirst(size) {
  await stack.database.raw('delete from content_scans');
  return exportWithGantry(stack, size);
}

/** One after another, so that none has to share the machine. */
async function measure(size) {
  const script = await peers.exportWithScript(stack, { project, size });
  const dump = dumpServer && (await peers.exportWithDump(dumpServer, size));
  const gantry = await exportWithGantry(stack, size);
  return { script, dump, gantry };
}
