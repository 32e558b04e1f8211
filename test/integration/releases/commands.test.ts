import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Release } from '../../../client';
import { offeredTypes } from '../../../schemas/releases/scope';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand, type CommandResult } from '../../support/run-command';
import { asset, reference } from './releases-world';

describe('gantry release', () => {
  let installation: Installation;
  let folder: string;
  const gantry = (...args: string[]): Promise<CommandResult> =>
    runCommand(['release', ...args], {
      ...installation.environment,
      GANTRY_TOKEN: installation.adminToken,
      GANTRY_TENANT: 'retail',
    });
  const show = async (id: string): Promise<Release> =>
    JSON.parse((await gantry('show', id, '--json')).stdout) as Release;

  beforeAll(async () => {
    installation = await createInstallation();
    folder = await mkdtemp(join(tmpdir(), 'gantry-release-'));
    await installation.admin.tenants.create({ code: 'retail', features: ['standard'] });
    const lines = [
      asset('project', 'p1'),
      asset('shell', 'load:all', {
        project: 'p1',
        references: [reference('upstream', 'shell', { project: 'p1', code: 'gone' })],
      }),
      asset('root_word', '词'),
    ];
    const source = Readable.from([Buffer.from(lines.join('\n'))]);
    await installation.admin.catalog.load({ tenant: 'retail', source });
  });

  afterAll(async () => {
    await installation.close();
    await rm(folder, { recursive: true });
  });

  it('REL-8 creates a draft of all offered types and prints its id alone on stdout', async () => {
    const made = await gantry(
      ...['create', '--method', 'incremental', '--from', '2026-06-01', '--to', '2026-06-30'],
      ...['--project', 'p1', 'p2', '--name', '六月', '--create-table-statements'],
      ...['--clear-connection', 'data-sources'],
    );
    expect(made.status).toBe(0);
    expect(made.stdout).toMatch(/^rel_[0-9a-f]{20}\n$/);
    expect(await show(made.stdout.trim())).toMatchObject({
      name: '六月.dp',
      scope: {
        changed: { from: '2026-06-01', to: '2026-06-30' },
        types: offeredTypes(['standard']),
        projects: ['p1', 'p2'],
      },
      exportSettings: {
        createTableStatements: true,
        connectionInformation: { computeSources: 'keep', dataSources: 'clear' },
      },
    });
  });

  it('REL-8 reads listed objects from options and from a file', async () => {
    const file = join(folder, 'objects.txt');
    await writeFile(file, 'root_word::词\n\nproject::p1\r\n');
    const made = await gantry(
      ...['create', '--method', 'objects', '--objects-file', file],
      ...['--object', 'shell:p1:load:all', '--with-dependencies'],
    );
    const { scope } = await show(made.stdout.trim());
    expect(scope).toEqual({
      method: 'objects',
      withDependencies: true,
      objects: [
        { type: 'shell', project: 'p1', code: 'load:all' },
        { type: 'root_word', project: null, code: '词' },
        { type: 'project', project: null, code: 'p1' },
      ],
    });
    const broken = await gantry('create', '--method', 'objects', '--object', 'shell', 'x');
    expect(broken.status).toBe(2);
    expect(broken.stderr.match(/IdentityUnreadable/g)).toHaveLength(2);
  });

  it('RUN-15 tells every fault of a draft at once, with exit status 2', async () => {
    const made = await gantry(
      ...['create', '--method', 'incremental', '--name', '.a*', '--category', 'tag', '--json'],
      ...['--project', 'p1'],
    );
    expect(made.status).toBe(2);
    const { error } = JSON.parse(made.stdout) as {
      error: { code: string; findings: { code: string }[] };
    };
    expect(error.code).toBe('DraftInvalid');
    expect(error.findings.map((finding) => finding.code)).toEqual([
      ...['ReleaseNameStart', 'ReleaseNameCharacters', 'CategoryNotOffered'],
    ]);
    expect((await gantry('create', '--method', 'everything')).status).toBe(2);
  });

  it('REL-9 previews counts, objects and requirements', async () => {
    const id = (await gantry('create')).stdout.trim();
    const preview = await gantry('preview', id);
    expect(preview.stdout).toContain('objects      3');
    expect(preview.stdout).toMatch(/standard +root_word +1/);
    const objects = await gantry('preview', id, '--objects', '--page-size', '1');
    expect(objects.stdout).toMatch(/project +p1 .*full/);
    const cursor = /--cursor (\S+)/.exec(objects.stderr)?.[1] ?? '';
    const next = await gantry('preview', id, '--objects', '--page-size', '1', '--cursor', cursor);
    expect(next.stdout).toMatch(/root_word +词/);
    const lacking = await gantry('preview', id, '--requirements');
    expect(lacking.stdout).toMatch(/shell +p1 +gone +missing here too +upstream/);
    expect((await gantry('preview', id, '--left-out')).status).toBe(0);
  });

  it('REL-10 updates, copies, lists and deletes', async () => {
    const id = (await gantry('create', '--name', 'listed')).stdout.trim();
    expect((await gantry('update', id, '--description', 'about')).stdout).toBe(`${id}\n`);
    expect(await show(id)).toMatchObject({ description: 'about', name: 'listed.dp' });
    const copy = (await gantry('copy', id)).stdout.trim();
    expect(await show(copy)).toMatchObject({ copiedFrom: id, description: 'about' });
    const listed = await gantry('list', '--search', 'LISTED', '--state', 'draft');
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).not.toContain(copy);
    expect((await gantry('delete', id)).status).toBe(0);
    expect((await gantry('show', id)).status).toBe(4);
    expect((await gantry('download', copy)).status).toBe(1);
  });

  it('RUN-15 shows an example in the help of every command', async () => {
    for (const name of [
      'create',
      'update',
      'copy',
      'delete',
      'preview',
      'list',
      'show',
      'download',
    ]) {
      const help = await gantry(name, '--help');
      expect(help.status).toBe(0);
      expect(help.stdout).toMatch(/Examples?:\n {2}\$ gantry release/);
    }
  });
});
