import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PackageInspection, PackageVerdict } from '../../../../client';
import { credential, sampleFiles } from '../../archive/make-package';
import { runCommand, type CommandResult } from '../../../support/run-command';
import { listFiles, removeFolder, runProcess, temporaryFolder, writePackage } from './package-file';

let folder = '';

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => removeFolder(folder));

/** In this process, in which the working folder cannot be changed: `@` is the test's folder. */
const run = (args: readonly string[], environment = {}): Promise<CommandResult> =>
  runCommand(['package', ...args.map((arg) => arg.replace(/^@/, folder))], {
    GANTRY_HOME: path.join(folder, 'none'),
    ...environment,
  });

const changedLine = (files: ReturnType<typeof sampleFiles>): typeof files => ({
  ...files,
  'ddl/sales/orders.sql': 'CREATE TABLE orders (id bigxxx);\n',
});

describe('gantry package inspect', () => {
  it('REL-29 shows the facts of a package where no installation is named', async () => {
    await writePackage(folder);
    const shown = await runProcess(folder, ['package', 'inspect', 'june.dp']);
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    for (const fact of ['Sales_20261125120000.dp', 'dev (Development)', 'shell', 'compute_source'])
      expect(shown.stdout).toContain(fact);
  });

  it('RUN-15 prints one document with --json', async () => {
    await writePackage(folder);
    const shown = await run(['inspect', '@/june.dp', '--json']);
    const document = JSON.parse(shown.stdout) as PackageInspection;
    expect(document.manifest?.counts.byType).toEqual({ project: 1, shell: 3 });
    expect(document.seal).toEqual({ algorithm: 'HMAC-SHA256', isSigned: false });
  });

  it('RUN-20 prints no control character that a package brings', async () => {
    const escape = '\u001b[2J\u202e';
    await writePackage(folder, { manifest: (made) => ({ ...made, description: escape }) });
    const shown = await run(['inspect', '@/june.dp']);
    expect(shown.stdout).toContain('\\u001b[2J\\u202e');
    expect(shown.stdout).not.toMatch(/[\u001b\u202e]/u);
  });
});

describe('gantry package verify', () => {
  it('REL-29 checks the seal with the credential of a file, of stdin, and of the environment', async () => {
    await writePackage(folder);
    await writeFile(path.join(folder, 'credential.txt'), `${credential}\n`);
    const args = ['verify', '@/june.dp', '--json'];
    const outcomes = [
      await run([...args, '--credential-file', '@/credential.txt']),
      await run(args, { GANTRY_RELEASE_CREDENTIAL: credential }),
      await runProcess(
        folder,
        ['package', 'verify', 'june.dp', '--json', '--credential-file', '-'],
        credential,
      ),
    ];
    for (const { status, stdout } of outcomes) {
      expect(status).toBe(0);
      expect((JSON.parse(stdout) as PackageVerdict).findings).toEqual([]);
    }
  });

  it('REL-29 says that a seal was not checked, and ends well', async () => {
    await writePackage(folder);
    const shown = await run(['verify', '@/june.dp']);
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain('SealNotChecked');
  });

  it('REL-29 exits with 5 and names the finding where credential or content is another', async () => {
    await writePackage(folder, { spoil: changedLine });
    const changed = await run(['verify', '@/june.dp']);
    expect(changed.status).toBe(5);
    expect(changed.stdout).toContain('EntryDigestDiffers');
    await writePackage(folder);
    const sealed = await run(['verify', '@/june.dp'], { GANTRY_RELEASE_CREDENTIAL: 'another' });
    expect(sealed.status).toBe(5);
    expect(sealed.stdout).toContain('SealMismatch');
  });
});

describe('gantry package unpack', () => {
  it('REL-29 writes the content into a new folder', async () => {
    await writePackage(folder);
    const target = path.join(folder, 'new', 'content');
    const shown = await run(['unpack', '@/june.dp', '--output', target, '--json']);
    expect(shown.status).toBe(0);
    expect(JSON.parse(shown.stdout)).toMatchObject({ folder: target, ok: true });
    expect(await listFiles(target)).toEqual(
      [...Object.keys(sampleFiles()), 'manifest.json', 'seal.json'].sort(),
    );
  });

  it('REL-29 leaves a folder with content alone unless it is forced', async () => {
    await writePackage(folder);
    await mkdir(path.join(folder, 'taken'));
    await writeFile(path.join(folder, 'taken', 'mine.txt'), 'mine');
    const args = ['unpack', '@/june.dp', '--output', '@/taken'];
    const refused = await run(args);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('UnpackTargetNotEmpty');
    expect(await listFiles(path.join(folder, 'taken'))).toEqual(['mine.txt']);
    expect((await run([...args, '--force'])).status).toBe(0);
    expect(await listFiles(path.join(folder, 'taken'))).not.toContain('mine.txt');
  });

  it('REL-29 leaves nothing behind of a package that fails', async () => {
    await writePackage(folder, { spoil: changedLine });
    const shown = await run(['unpack', '@/june.dp', '--output', '@/out']);
    expect(shown.status).toBe(5);
    expect(shown.stderr).toContain('EntryDigestDiffers');
    expect(await listFiles(folder)).toEqual(['june.dp']);
  });
});

describe('a wrong call', () => {
  it.each([
    ['a file that is not there', ['inspect', '@/missing.dp'], 'PackageFileUnreadable'],
    ['a folder', ['verify', '@/'], 'PackageFileUnreadable'],
    ['no credential file', ['verify', '@/june.dp', '--credential-file', '@/none'], 'InvalidInput'],
    ['no credential', ['verify', '@/june.dp', '--credential-file', '@/empty'], 'InvalidInput'],
    ['no folder to unpack into', ['unpack', '@/june.dp'], '--output'],
  ])('RUN-15 exits with 2 for %s', async (_what, args, said) => {
    await writePackage(folder);
    await writeFile(path.join(folder, 'empty'), '\n');
    const shown = await run(args);
    expect(shown.status).toBe(2);
    expect(shown.stderr).toContain(said);
  });
});
