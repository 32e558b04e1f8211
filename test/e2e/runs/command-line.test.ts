import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { runCommand, type CommandResult } from '../../support/run-command';
import { approvers } from './run-world';

const tenant = 'retail';

describe('exports from the command line', () => {
  let stack: GantryStack;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-e2e-'));
    stack = await createGantryStack();
  });
  afterAll(async () => {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const gantry = (...args: readonly string[]): Promise<CommandResult> =>
    runCommand(args, stack.shellOf('mara'));
  const created = async (): Promise<string> => {
    const options = ['--method', 'incremental', '--project', 'sales', '--from', '2026-06-01'];
    const made = await gantry('release', 'create', ...options, '--to', '2026-06-30');
    expect(made.status).toBe(0);
    return made.stdout.trim();
  };

  it('RUN-15 prints the id of a draft alone, for the next command', async () => {
    const id = await created();

    expect(id).toMatch(/^rel_[0-9a-z]+$/);
    expect((await gantry('release', 'show', id, '--json')).stdout).toContain('"draft"');
  });

  it('RUN-15 waits for an export and ends with 0 when it has succeeded', async () => {
    const id = await created();
    const waited = await gantry('release', 'export', id, '--wait');

    expect(waited.status).toBe(0);
    expect(waited.stderr).toContain('collect: done');
    const file = join(folder, 'june.dp');
    expect((await gantry('release', 'download', id, '--output', file)).status).toBe(0);
    expect(statSync(file).size).toBeGreaterThan(0);
  });

  it('RUN-15 writes exactly one JSON document to stdout', async () => {
    const id = await created();
    const waited = await gantry('release', 'export', id, '--wait', '--json');
    const started = await gantry('release', 'export', id, '--json');
    const ended = JSON.parse(waited.stdout) as Record<string, unknown>;

    expect(ended).toMatchObject({ status: 'succeeded', pipeline: 'release.export' });
    expect(JSON.parse(started.stdout)).toMatchObject({ run: ended['id'] });
    const shown = await gantry('run', 'show', String(ended['id']), '--json');
    expect(JSON.parse(shown.stdout)).toEqual(ended);
  });

  it('RUN-15 ends with 5 when the export ended otherwise than wished', async () => {
    await stack.admin.tenants.changeSettings({ tenant, settings: approvers() });
    const id = await created();
    const rejecting = async (): Promise<void> => {
      const request = await eventually(
        async () => (await stack.person('sofia').approvals.list({ tenant }))[0]?.id,
      );
      await stack.person('sofia').approvals.reject({ request, comment: 'not now' });
    };
    const [watched] = await Promise.all([gantry('release', 'export', id, '--wait'), rejecting()]);

    expect(watched.status).toBe(5);
    expect(watched.stderr).toContain('wait for approval: failed');
  });

  it('RUN-15 ends quietly when the reader of its output has seen enough', () => {
    const line = 'set -o pipefail; "$0" "$1" --help | true';
    const main = join(__dirname, '../../../dist/cli/main.js');
    const ended = spawnSync('bash', ['-c', line, process.execPath, main], { encoding: 'utf8' });

    expect([ended.status, ended.stderr]).toEqual([0, '']);
  });

  it('RUN-15 tells what is wrong by its exit status', async () => {
    const id = await created();
    const withoutRight = await runCommand(['release', 'export', id], stack.shellOf('tom'));

    expect(withoutRight.status).toBe(3);
    expect((await gantry('release', 'export', 'rel_none')).status).toBe(4);
    expect((await gantry('run', 'show', 'release-export/none/1')).status).toBe(4);
    const away = { ...stack.shellOf('mara'), GANTRY_TEMPORAL_ADDRESS: '127.0.0.1:1' };
    expect((await runCommand(['release', 'export', id], away)).status).toBe(6);
    expect((await gantry('release', 'show', id, '--json')).stdout).toContain('"draft"');
  });
});
