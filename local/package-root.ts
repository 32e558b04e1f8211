import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of Gantry's package, found from the source as well as from the built files. */
export const packageRoot = findRoot(__dirname);

function findRoot(folder: string): string {
  // Not package.json: the build may lay a copy of that into dist.
  if (existsSync(join(folder, 'local', 'bootstrap.mjs'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('Gantry runs outside its package');
  return findRoot(parent);
}
