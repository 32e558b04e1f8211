import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
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
  const script = join(import.meta.dirname, 'plain-export.mjs');
  const args = [script, project, `bench.${tableOf(size)}`, `bench/plain-${size}.zip`];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ url: settings.database.url, store: settings.objectStore }));
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error('the plain script failed');
  const figures = JSON.parse(said);
  if (figures.objects !== size) throw new Error(`the script packed ${figures.objects} of ${size}`);
  return figures;
}

/**
 * A PostgreSQL server of the version whose `pg_dump` is there, which refuses newer servers; undefined
 * where there is none. `bin` is its folder of programs.
 */
export async function startDumpServer({ bin, home }) {
  if (!existsSync(join(bin, 'pg_dump'))) return undefined;
  const folder = join(home, 'peer');
  const user = process.getuid?.() === 0 ? await systemUser('postgres') : {};
  const data = join(folder, 'data');
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const passwordFile = join(folder, 'password');
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(16).toString('hex'));
  if (user.uid !== undefined) chownSync(passwordFile, user.uid, user.gid);
  if (!existsSync(join(data, 'PG_VERSION'))) {
    rmSync(data, { recursive: true, force: true });
    const args = ['-D', data, '-U', 'bench', '--pwfile', passwordFile, '--auth=scram-sha-256'];
    await run(join(bin, 'initdb'), [...args, '--encoding=UTF8', '--locale=C'], {
      ...user,
      cwd: folder,
    });
  }
  const port = await freePort();
  const options = ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_wal_size=2GB'];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-k', '', ...options],
    { ...user, cwd: folder, stdio: 'ignore' },
  );
  const environment = {
    PATH: process.env.PATH,
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'bench',
    PGPASSWORD: readFileSync(passwordFile, 'utf8'),
    PGDATABASE: 'postgres',
  };
  for (let tries = 0; ; tries += 1) {
    if (await run(join(bin, 'psql'), ['-c', 'select 1'], { env: environment }).catch(() => false))
      break;
    if (tries === 100) throw new Error('the server of pg_dump does not start');
    await sleep(100);
  }
  const { stdout } = await run(join(bin, 'pg_dump'), ['--version']);
  return {
    bin,
    folder,
    environment,
    version: stdout.trim(),
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
    },
  };
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

async function systemUser(name) {
  const id = async (flag) => Number((await run('id', [flag, name])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
