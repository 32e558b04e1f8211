import { execFile } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { runScript } from '../kit/run-script.mjs';
import { tenantOf } from './catalog.mjs';

const run = promisify(execFile);

/** The table of the peers with the same rows as the catalog of this size. */
const tableOf = (size) => `assets_${size}`;

/** Copies the rows of a catalog into a plain table beside it, for the script, in the same server. */
export async function ensurePlainTable({ database }, size) {
  const table = tableOf(size);
  await database.raw('create schema if not exists bench');
  if (await database.schema.withSchema('bench').hasTable(table)) return;
  await database.raw(
    `create table bench.${table} as select a.type, a.project, a.code, c.body as content, c.digest
     from assets a join contents c on c.id = a.content_id join tenants t on t.id = a.tenant_id
     where t.code = ? order by c.id`,
    [tenantOf(size)],
  );
  await database.raw(`alter table bench.${table} add primary key (type, project, code)`);
  await database.raw(`vacuum analyze bench.${table}`);
}

/** Runs the plain script in a process of its own. */
export async function exportWithScript({ settings }, { project, size }) {
  const figures = await runScript(join(import.meta.dirname, 'plain-export.mjs'), {
    args: [project, `bench.${tableOf(size)}`, `bench/plain-${size}.zip`],
    input: JSON.stringify({ url: settings.database.url, store: settings.objectStore }),
  });
  if (figures.objects !== size) throw new Error(`the script packed ${figures.objects} of ${size}`);
  return figures;
}

/** Copies the plain table into the server of `pg_dump`. */
export async function ensureDumpTable({ settings }, { server, project, size }) {
  const require = createRequire(join(project, 'package.json'));
  const { Client } = require('pg');
  const { from, to } = require('pg-copy-streams');
  const { environment } = server;
  const source = new Client({ connectionString: settings.database.url });
  const target = new Client({
    host: environment.PGHOST,
    port: Number(environment.PGPORT),
    user: environment.PGUSER,
    password: environment.PGPASSWORD,
    database: environment.PGDATABASE,
  });
  await Promise.all([source.connect(), target.connect()]);
  const table = tableOf(size);
  try {
    const { rows } = await target.query('select to_regclass($1) as found', [table]);
    if (rows[0].found !== null) return;
    await target.query('begin');
    await target.query(`create table ${table}
      (type text, project text, code text, content text, digest bytea)`);
    const copied = source.query(to(`copy bench.${table} to stdout`));
    await pipeline(copied, target.query(from(`copy ${table} from stdin`)));
    await target.query(`alter table ${table} add primary key (type, project, code)`);
    await target.query('commit');
    await target.query(`vacuum analyze ${table}`);
  } finally {
    await Promise.all([source.end(), target.end()]);
  }
}

/** Seconds of `pg_dump -Fc` of the same rows into a file. */
export async function exportWithDump(server, size) {
  const file = join(server.folder, `${tableOf(size)}.dump`);
  const began = performance.now();
  await run(join(server.bin, 'pg_dump'), ['-Fc', '-t', tableOf(size), '-f', file], {
    env: server.environment,
  });
  const seconds = Number(((performance.now() - began) / 1000).toFixed(2));
  const packageBytes = statSync(file).size;
  rmSync(file);
  return { seconds, packageBytes };
}
