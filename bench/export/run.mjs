// Measures the export of whole catalogs beside a plain script and `pg_dump -Fc` of the same rows, turn
// by turn, and writes bench/results/export.{json,md}. README.md says how to run it.
import { describeMachine } from '../kit/machine.mjs';
import { readOptions } from '../kit/options.mjs';
import { startStack } from '../kit/stack.mjs';
import { startDumpServer } from '../kit/dump-server.mjs';
import { ensureCatalog } from './catalog.mjs';
import { exportWithGantry } from './gantry-export.mjs';
import * as peers from './peers.mjs';
import { writeReport } from './report.mjs';

const { home, project, sizes, runs, workers, seed, bin, out, files, note } = readOptions();
const stack = await startStack({ project, home, workerCount: workers, note });
const dumpServer = await startDumpServer({ bin, home });
const peer = dumpServer?.version ?? 'no pg_dump';
try {
  const rounds = [];
  const firsts = [];
  for (const size of sizes) {
    await prepare(size);
    firsts.push({ size, ...(await exportFirst(size)) });
    note(JSON.stringify(firsts.at(-1)));
    for (let round = 1; round <= runs; round += 1) {
      const measured = { size, round, ...(await measure(size)) };
      rounds.push(measured);
      note(JSON.stringify(measured));
    }
  }
  const machine = await describeMachine({ ...stack, peer, workers });
  writeReport({ folder: out, machine, rounds, firsts });
} finally {
  await dumpServer?.stop();
  await stack.stop();
}

async function prepare(size) {
  await ensureCatalog(stack, { size, files, seed, note });
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
