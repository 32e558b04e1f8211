import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Knex } from 'knex';
import { createInstallation, type Installation } from '../../support/installation';
import { line } from './catalog-world';

const project = resolve(__dirname, '../../..');
const lines = Array.from({ length: 5_000 }, (_, index) => line(`code ${index}`));
let installation: Installation;

beforeEach(async () => {
  installation = await createInstallation();
  await installation.admin.tenants.create({ code: 'retail', timeZone: 'UTC' });
});

afterEach(() => installation.close());

/** Starts `gantry catalog load -` as a process of its own; its input stays open unless ended. */
function startLoad(): ChildProcess {
  const hook = join(project, 'test/support/typescript-hook.cjs');
  const args = ['--require', hook, 'cli/main.ts', 'catalog', 'load', '-', '--tenant', 'retail'];
  const environment = { ...installation.environment, GANTRY_TOKEN: installation.adminToken };
  const env = { PATH: process.env['PATH'], ...environment };
  const child = spawn(process.execPath, args, {
    cwd: project,
    env,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  // What is not read yet when the process is killed is lost, which is the point.
  child.stdin.on('error', () => undefined);
  return child;
}

/** Waits until a session of the load is in a statement like this one. */
async function waitFor(statement: string, waitEvent: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const row = await installation
      .database('pg_stat_activity')
      .whereRaw('datname = current_database()')
      .where('query', 'ilike', `%${statement}%`)
      .where('wait_event_type', waitEvent)
      .whereNot('pid', installation.database.raw('pg_backend_pid()'))
      .first<object | undefined>();
    if (row !== undefined) return;
    await sleep(100);
  }
  throw new Error(`no session came to ${statement}`);
}

async function killed(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

async function expectNothing(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await installation
      .database('pg_locks')
      .whereRaw("relation = 'assets'::regclass and pid <> pg_backend_pid()")
      .first<object | undefined>();
    if (open === undefined) break;
    await sleep(100);
  }
  for (const table of ['assets', 'asset_versions', 'contents', 'content_references']) {
    expect(await installation.database(table).count('* as count').first()).toEqual({ count: 0 });
  }
  const loads = await installation.database('audit_log').where('action', 'catalog.load');
  expect(loads).toEqual([]);
}

async function whileHeld(statement: string, body: () => Promise<void>): Promise<void> {
  await installation.database.transaction(async (trx: Knex.Transaction) => {
    await trx.raw(statement);
    await body();
  });
}

describe('a load that is killed', () => {
  it('RUN-18 leaves nothing while it copies', async () => {
    const child = startLoad();
    child.stdin?.write(lines.join('\n'));
    await waitFor('copy catalog_stage', 'Client');
    await killed(child);
    await expectNothing();
  });

  it('RUN-18 leaves nothing when all is written and the commit is missing', async () => {
    await whileHeld('lock table audit_log in exclusive mode', async () => {
      const child = startLoad();
      child.stdin?.end(lines.join('\n'));
      await waitFor('insert into "audit_log"', 'Lock');
      await killed(child);
    });
    await expectNothing();
    const source = Readable.from([Buffer.from(lines.join('\n'))]);
    const loaded = await installation.admin.catalog.load({ tenant: 'retail', source });
    expect(loaded).toMatchObject({ created: 5_000 });
  });
});
