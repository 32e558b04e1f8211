import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runScript } from '../kit/run-script.mjs';

const run = promisify(execFile);

/** Runs the plain script in a process of its own, in the server of Gantry. */
export async function importWithScript({ settings }, { project, file, size }) {
  const figures = await runScript(join(import.meta.dirname, 'plain-import.mjs'), {
    args: [project, file, `bench.assets_${size}`],
    input: settings.database.url,
  });
  if (figures.objects !== size) throw new Error(`the script read ${figures.objects} of ${size}`);
  return figures;
}

/** Seconds of `pg_restore` of a dump of the same rows into an empty database. */
export async function importWithRestore({ bin, environment }, { file }) {
  const database = 'restored';
  const sql = (text) => run(join(bin, 'psql'), ['-qc', text], { env: environment });
  await sql(`drop database if exists ${database}`);
  await sql(`create database ${database}`);
  const began = performance.now();
  await run(join(bin, 'pg_restore'), ['--exit-on-error', '-d', database, file], {
    env: environment,
  });
  const seconds = Number(((performance.now() - began) / 1000).toFixed(2));
  await sql(`drop database ${database}`);
  return { seconds };
}
