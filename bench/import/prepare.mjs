import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureCatalog, tenantOf } from '../export/catalog.mjs';
import { exportWithGantry } from '../export/gantry-export.mjs';
import { ensureDumpTable, ensurePlainTable } from '../export/peers.mjs';
import { startStack } from '../kit/stack.mjs';

const run = promisify(execFile);

/** Where the package of `size` objects lies. */
export const packageOf = (home, size) => join(home, 'packages', `${size}.dp`);

/** Where the dump of the same rows lies. */
export const dumpOf = (home, size) => join(home, 'packages', `${size}.dump`);

/**
 * Makes sure that the packages, and the dumps where there is a server for them, are there: exported
 * from the installation in `home`, which is the one of bench/export. What is there already stays.
 */
export async function ensurePackages({ home, project, sizes, files, seed, dumpServer, note }) {
  mkdirSync(join(home, 'packages'), { recursive: true });
  const missing = sizes.filter(
    (size) => !existsSync(packageOf(home, size)) || (dumpServer && !existsSync(dumpOf(home, size))),
  );
  if (missing.length === 0) return;
  const stack = await startStack({ project, home, workerCount: 1, note });
  try {
    for (const size of missing) {
      await ensureCatalog(stack, { size, files, seed, note });
      if (!existsSync(packageOf(home, size))) await makePackage(stack, { home, size, note });
      if (dumpServer) await makeDump(stack, { home, project, size, dumpServer, note });
    }
  } finally {
    await stack.stop();
  }
}

async function makePackage(stack, { home, size, note }) {
  note(`exporting ${size} objects`);
  const { release } = await exportWithGantry(stack, size);
  const target = packageOf(home, size);
  await stack.gantry.releases.download({ tenant: tenantOf(size), release, target });
}

async function makeDump(stack, { home, project, size, dumpServer, note }) {
  note(`dumping ${size} rows`);
  await ensurePlainTable(stack, size);
  await ensureDumpTable(stack, { server: dumpServer, project, size });
  const part = `${dumpOf(home, size)}.part`;
  await run(join(dumpServer.bin, 'pg_dump'), ['-Fc', '-t', `assets_${size}`, '-f', part], {
    env: dumpServer.environment,
  });
  renameSync(part, dumpOf(home, size));
}
