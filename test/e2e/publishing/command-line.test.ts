import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GantryStack } from '../../support/gantry-stack';
import { readHistories } from '../../support/histories';
import { runCommand, type CommandResult } from '../../support/run-command';
import { tinyCatalog } from '../../support/tiny-catalog';
import { createPublishStack, onlineCodes } from './publish-stack';

const password = 'PLANTED-publish-settings-4c1d';

describe('gantry publish', () => {
  let stack: GantryStack;
  let server: Server;
  let port = 0;
  let folder: string;

  beforeAll(async () => {
    const source = JSON.stringify({
      ...{ type: 'data_source', project: null, segment: null, code: 'serving', name: 'Serving' },
      ...{ owner: null, changedAt: '2026-06-01T08:00:00Z', changedBy: null, labels: {} },
      ...{ references: [], definition: { connection: null, authentication: null } },
    });
    stack = await createPublishStack({
      catalog: [...tinyCatalog(), source],
      settings: { publishApproval: { kind: 'none' } },
    });
    server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    folder = mkdtempSync(join(tmpdir(), 'gantry e2e publish '));
  }, 120_000);

  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
    await stack.close();
  });

  const gantry = (...args: string[]): Promise<CommandResult> =>
    runCommand(['publish', ...args, '--tenant', 'retail'], stack.shellOf('mara'));
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await gantry(...args, '--json')).stdout);
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it('REL-37 reparse says what is publishable, REL-36 overview and list show it', async () => {
    expect(await json('reparse')).toEqual({ toBePublished: 9, notPublishable: 7 });
    const { stdout } = await gantry('overview');
    expect(stdout).toMatch(/development +6 +6 +6 +0/);
    const names = file('names.txt', 'serving\r\nnone\n');
    const listed = await gantry('list', '--names', names);
    expect(listed.stdout).toMatch(/data_source +serving +Serving +to be published/);
    expect(listed.stdout).toContain('SourceSettingsMissing');
    expect(listed.stderr).toContain('not on the list: none');
  });

  it('REL-45 settings are entered from files, tried by a worker, and never shown', async () => {
    const connection = file('connection.json', JSON.stringify({ host: '127.0.0.1', port }));
    const authentication = file('authentication.json', JSON.stringify({ user: 'w', password }));
    const set = await gantry(
      ...['settings', 'set', 'data_source:serving', '--connection', connection],
      ...['--authentication', authentication],
    );
    expect([set.status, set.stdout]).toEqual([0, expect.stringMatching(/entered +entered/)]);
    expect(await json('settings', 'test', 'data_source:serving')).toEqual({
      ...{ tried: true, reached: true, reason: null },
    });
    const shown = await json('settings', 'show', 'data_source:serving');
    expect(shown).toMatchObject({ connection: 'entered', testedAt: expect.any(String) });
    const wrong = file('wrong.json', `{"password": "${password}"`);
    const refused = await gantry(
      'settings',
      'set',
      'data_source:serving',
      '--authentication',
      wrong,
    );
    expect(refused.status).toBe(2);
    for (const { stdout, stderr } of [set, refused])
      expect(stdout + stderr).not.toContain('PLANTED');
    expect((await gantry('settings', 'test', 'project:sales')).status).toBe(4);
  });

  it('REL-39 publishes one, then what fits a filter, then all', async () => {
    const one = await gantry('run', '--object', 'project:sales', '--wait');
    expect([one.status, one.stdout]).toEqual([0, expect.stringMatching(/\n1 +0 +0 +0 +0\n/)]);
    const some = await gantry('run', '--type', 'python', '--wait', '--json');
    expect(JSON.parse(some.stdout)).toMatchObject({
      run: { report: { result: { objects: 1, notPublishable: 1 } } },
    });
    const all = await gantry('run', '--all', '--wait');
    expect(all.status).toBe(0);
    expect(await onlineCodes(stack)).toHaveLength(9);
    const shown = await gantry('show', 'database_sql:sales:daily');
    expect(shown.stdout).toContain('online: 1, submitted: version 1');
  });

  it('RUN-15 tells wrong calls from what is not there', async () => {
    const none = await gantry('run');
    const odd = await gantry('run', '--object', 'nothing');
    const unknown = await gantry('show', 'database_sql:sales:nope');
    const unlisted = await gantry('run', '--object', 'shell:sales:nope', '--wait');
    expect([none, odd, unknown, unlisted].map(({ status }) => status)).toEqual([2, 2, 4, 5]);
    expect(unlisted.stdout).toContain('ObjectNotListed');
  });

  it('RUN-20 no secret of a source is in a table, a log or a history', async () => {
    const places = [
      await stack.dump(),
      stack.logs(),
      JSON.stringify([...(await readHistories(stack.environment)).entries()]),
    ];
    expect(places.map((text) => text.includes('PLANTED'))).toEqual([false, false, false]);
  });
});
