import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { allowed, companions, fine, type Plant } from './planted-imports';

export const root = path.resolve(__dirname, '../../..');

/** A violation as dependency-cruiser tells it. */
export interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** A project of the same rooms in a folder of its own, with the plants in it; gives the folder. */
export async function plantTree(plants: readonly Plant[], kind: 'value' | 'type'): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'gantry-boundaries-')));
  const files = new Map<string, string>(fine.map((file) => [file, 'export const fine = 1;\n']));
  const keyword = kind === 'type' ? 'import type' : 'import';
  const content = (imports: string): string =>
    `${keyword} * as planted from '${imports}';\nexport const own = 1;\nexport ${
      kind === 'type' ? 'type Planted = typeof planted' : 'const used = planted'
    };\n`;
  for (const [file, imports] of [...allowed, ...companions]) files.set(file, content(imports));
  for (const { file, imports } of plants) files.set(file, content(imports));
  for (const [file, text] of files) {
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  await cp(path.join(root, 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  return folder;
}

/** What dependency-cruiser finds in the folder by a config of the project. */
export async function cruise(folder: string, config: string): Promise<Violation[]> {
  const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const rooms = ['schemas', 'workflows', 'activities', 'archive', 'store', 'workers'];
  const { stdout } = await runNode(
    [
      program,
      '--config',
      path.join(root, config),
      '--output-type',
      'json',
      ...rooms,
      'client',
      'cli',
      'local',
    ],
    { cwd: folder },
  );
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

/** Runs a script of Node and gives what it wrote, whatever its exit status. */
export function runNode(
  args: readonly string[],
  options: { readonly cwd: string; readonly input?: string },
): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...args],
      { cwd: options.cwd, maxBuffer: 64 * 1024 * 1024 },
      (_error, stdout, stderr) => {
        resolve({ stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? '');
  });
}
