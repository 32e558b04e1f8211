// Measures the import of whole packages beside a plain script and `pg_restore` of the same rows, turn by
// turn, and writes bench/results/import.{json,md}. README.md says how to run it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startDumpServer } from '../kit/dump-server.mjs';
import { describeMachine } from '../kit/machine.mjs';
import { readOptions } from '../kit/options.mjs';
import { startStack } from '../kit/stack.mjs';
import { addTenant } from '../kit/tenant.mjs';
import { importWithGantry, targetTenant } from './gantry-import.mjs';
import { importWithRestore, importWithScript } from './peers.mjs';
import { dumpOf, ensurePackages, packageOf } from './prepare.mjs';
import { writeReport } from './report.mjs';

const { home, project, sizes, runs, workers, seed, bin, out, files, note } = readOptions();
const dumpServer = await startDumpServer({ bin, home });
const peer = dumpServer?.version ?? 'no pg_restore';
const rounds = [];
let machine;
try {
  await ensurePackages({ home, project, sizes, files, seed, dumpServer, note });
  for (const size of sizes) {
    for (let round = 1; round <= runs; round += 1) {
      const measured = { size, round, ...(await measure(size)) };
      rounds.push(measured);
      note(JSON.stringify(measured));
    }
  }
  writeReport({ folder: out, machine, rounds });
} finally {
  await dumpServer?.stop();
}

/** One after another in an installation that has never seen the package, which goes afterwards. */
async function measure(size) {
  const target = join(home, 'target');
  rmSync(target, { recursive: true, force: true });
  const stack = await startStack({ project, home: target, workerCount: workers, note: () => {} });
  try {
    await addTenant(stack.gantry, { tenant: targetTenant, seed });
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
    machine = await describeMachine({ ...stack, peer, workers });
    return { script, restore, gantry, again };
  } finally {
    await stack.stop();
    rmSync(target, { recursive: true, force: true });
  }
}
