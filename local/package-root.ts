import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of Gantry's own package.json, found from the source as well as from the built files. */
export const packageRoot = findRoot(__dirname);

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('Gantry runs outside its package');
  return findRoot(parent);
}
