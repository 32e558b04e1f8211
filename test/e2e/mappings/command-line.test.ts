import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand, type CommandResult } from '../../support/run-command';

let installation: Installation;
let folder: string;

beforeAll(async () => {
  installation = await createInstallation();
  await installation.admin.tenants.create({ code: 'retail' });
  folder = mkdtempSync(join(tmpdir(), 'gantry e2e mappings '));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await installation.close();
});

describe('gantry mapping', () => {
  it('RUN-25 sets and takes away rules one by one, and shows them', async () => {
    const first = await gantry('set', 'project', 'sales_dev', 'sales', '--source', 'one');
    const second = await gantry('set', 'meta_table', 'raw:orders', 'landing:o', '--source', 'one');
    await gantry('set', 'project', 'sales_dev', 'shop', '--source', 'one');
    const unset = await gantry('unset', 'meta_table', 'raw:orders', '--source', 'one');
    const shown = await gantry('show', '--source', 'one', '--mapping-version', '3');
    const history = await json('history', '--source', 'one', '--limit', '2');
    expect([first, second, unset].map((one) => one.status)).toEqual([0, 0, 0]);
    expect(shown.stdout).toMatch(/meta_table +raw:orders +landing:o\nproject +sales_dev +shop/);
    expect(history).toMatchObject({
      versions: [
        { version: 4, removed: 1 },
        { version: 3, changed: 1 },
      ],
    });
    expect(await json('list')).toMatchObject({ mappings: [{ source: 'one', version: 4 }] });
  });

  it('RUN-25 refuses what cannot be, with exit status and code', async () => {
    const wrong = await gantry('set', 'queue', 'a', 'b', '--source', 'two', '--json');
    const unknown = await gantry('unset', 'owner', 'li', '--source', 'two', '--json');
    const missing = await gantry('show', '--source', 'two', '--json');
    expect([wrong.status, unknown.status, missing.status]).toEqual([2, 2, 4]);
    expect([wrong, unknown, missing].map((one) => one.stdout)).toEqual([
      expect.stringContaining('InputInvalid'),
      expect.stringContaining('MappingRuleUnknown'),
      expect.stringContaining('MappingNotFound'),
    ]);
  });

  it('RUN-25 imports what it exported, says when nothing changed, and keeps others’ changes', async () => {
    await gantry('set', 'owner', 'li', 'wang', '--source', 'three');
    const file = join(folder, 'three.json');
    writeFileSync(file, (await gantry('export', '--source', 'three')).stdout);
    const same = await gantry('import', file, '--source', 'three');
    const copied = await json('import', file, '--source', 'four', '--expect-version', '0');
    const late = await gantry(
      'import',
      file,
      '--source',
      'four',
      '--expect-version',
      '0',
      '--json',
    );
    expect(same.stdout).toBe('Nothing changed.\n');
    expect(copied).toMatchObject({ source: 'four', version: 1, changed: true });
    expect([late.status, late.stdout]).toEqual([1, expect.stringContaining('MappingMoved')]);
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"rules": [\n{"kind" "owner"}\n]}');
    const refused = await gantry('import', broken, '--source', 'three', '--json');
    expect([refused.status, refused.stdout]).toEqual([2, expect.stringContaining('"line 2"')]);
  });

  it('RUN-25 edits in the editor, which opens again with every fault until they are mended', async () => {
    await gantry('set', 'owner', 'li', 'wang', '--source', 'five');
    const rule = (to: string) => `{"kind":"project","from":"dev","to":"${to}"}`;
    const edited = await withEditor(
      [
        // First a rule too many, then what the file says is wrong is mended.
        `text.replace('"rules": [', '"rules": [' + '\\n' + '${rule('a')},' + '\\n' + '${rule('b')},')`,
        `text.replace('${rule('b')},', '')`,
      ],
      ['edit', '--source', 'five'],
    );
    expect([edited.status, edited.opened]).toEqual([0, 2]);
    expect(edited.seen[1]).toMatch(
      /\n\/\/ ! rules\.1\.from: .*\n\{"kind":"project","from":"dev","to":"b"\}/,
    );
    expect(await json('show', '--source', 'five')).toMatchObject({
      version: 2,
      rules: [
        { kind: 'owner', from: 'li' },
        { kind: 'project', from: 'dev', to: 'a' },
      ],
    });
    expect(existsSync(edited.file)).toBe(false);
  });

  it('RUN-25 changes nothing when the editor does not, and keeps what was given up', async () => {
    const idle = await withEditor(['text'], ['edit', '--source', 'six']);
    const faulty = await withEditor(['"{"', 'text'], ['edit', '--source', 'six', '--json']);
    const failed = await withEditor([], ['edit', '--source', 'six', '--json']);
    expect([idle.status, idle.stdout]).toEqual([0, 'Nothing changed.\n']);
    expect([faulty.status, faulty.opened]).toEqual([2, 2]);
    expect(faulty.stderr).toContain(faulty.file);
    expect(stripped(readFileSync(faulty.file, 'utf8'))).toBe('{');
    expect([failed.status, failed.stdout]).toEqual([1, expect.stringContaining('EditorFailed')]);
    expect((await gantry('show', '--source', 'six')).status).toBe(4);
  });

  const commands = [
    'list',
    'show',
    'history',
    'export',
    'import',
    'set',
    'unset',
    'edit',
    'suggest',
  ];
  it('RUN-15 every command of it explains itself with an example', async () => {
    for (const name of commands) {
      const { status, stdout } = await gantry(name, '--help');
      expect([name, status, stdout]).toEqual([name, 0, expect.stringContaining('$ ')]);
    }
  });
});

/** Runs a command with an editor that does one change each time it is opened, and fails after the last. */
async function withEditor(changes: readonly string[], args: readonly string[]) {
  const home = mkdtempSync(join(folder, 'editor '));
  const editor = join(home, 'editor.js');
  const source = `
    const { readFileSync, writeFileSync, readdirSync } = require('node:fs');
    const file = process.argv[2];
    const text = readFileSync(file, 'utf8');
    const seen = readdirSync(${JSON.stringify(home)}).filter((name) => name.startsWith('seen'));
    writeFileSync(${JSON.stringify(home)} + '/seen' + seen.length, text);
    writeFileSync(${JSON.stringify(home)} + '/file', file);
    const changes = [${changes.map((change) => `() => ${change}`).join(', ')}];
    if (seen.length >= changes.length) process.exit(3);
    writeFileSync(file, changes[seen.length]());`;
  writeFileSync(editor, source);
  const result = await runCommand(['mapping', ...args], {
    ...environment(),
    VISUAL: `"${process.execPath}" "${editor}"`,
  });
  const seen = readdirSync(home)
    .filter((name) => name.startsWith('seen'))
    .map((name) => readFileSync(join(home, name), 'utf8'));
  return { ...result, seen, opened: seen.length, file: readFileSync(join(home, 'file'), 'utf8') };
}

/** Without the faults that were shown in it. */
function stripped(text: string): string {
  return text.replaceAll(/^\/\/ ! .*\n/gm, '');
}

function gantry(...args: readonly string[]): Promise<CommandResult> {
  return runCommand(['mapping', ...args], environment());
}

async function json(...args: readonly string[]): Promise<unknown> {
  return JSON.parse((await gantry(...args, '--json')).stdout);
}

function environment(): Record<string, string> {
  return { ...installation.environment, GANTRY_TOKEN: installation.adminToken };
}
