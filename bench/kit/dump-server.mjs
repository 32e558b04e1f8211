import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

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
