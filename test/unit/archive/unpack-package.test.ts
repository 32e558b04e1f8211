import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bufferSource, openFileSource } from '../../../archive/archive-source';
import { unpackPackage } from '../../../archive/unpack-package';
import { craftZip } from './craft-zip';
import { credential, makePackage, sampleFiles } from './make-package';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'gantry-unpack-'));
});
afterEach(() => rmSync(home, { recursive: true }));

describe('unpackPackage', () => {
  it('REL-27 unpacks a package from a file into a new folder', async () => {
    const file = path.join(home, 'sample.dp');
    writeFileSync(file, await makePackage());
    const source = await openFileSource(file);
    const verdict = await unpackPackage(source, path.join(home, 'deep/er/out'), { credential });
    await source.close();
    expect(verdict.ok).toBe(true);
    const out = path.join(home, 'deep/er/out');
    for (const [name, content] of Object.entries(sampleFiles())) {
      expect(readFileSync(path.join(out, name)).equals(Buffer.from(content))).toBe(true);
    }
    expect(readFileSync(path.join(out, 'manifest.json'), 'utf8')).toContain('"formatVersion":1');
    expect(readdirSync(path.join(home, 'deep/er'))).toEqual(['out']);
    expect(statSync(path.join(out, 'seal.json')).mode & 0o777).toBe(0o644);
  });

  it('REL-27 takes an empty folder, but one with content only by force', async () => {
    const source = bufferSource(await makePackage());
    const out = path.join(home, 'out');
    mkdirSync(out);
    await unpackPackage(source, out);
    writeFileSync(path.join(out, 'mine.txt'), 'x');
    await expect(unpackPackage(source, out)).rejects.toMatchObject({
      code: 'UnpackTargetNotEmpty',
    });
    expect(existsSync(path.join(out, 'mine.txt'))).toBe(true);
    await unpackPackage(source, out, { force: true });
    expect(existsSync(path.join(out, 'mine.txt'))).toBe(false);
    expect(readdirSync(home)).toEqual(['out']);
  });

  it('REL-27 leaves nothing behind of a package that fails, and the old folder as it was', async () => {
    const out = path.join(home, 'out');
    mkdirSync(out);
    writeFileSync(path.join(out, 'mine.txt'), 'x');
    const bad = await makePackage({
      spoil: (files) => ({ ...files, 'ddl/sales/orders.sql': 'DROP' }),
    });
    const unpacking = unpackPackage(bufferSource(bad), out, { force: true });
    await expect(unpacking).rejects.toMatchObject({
      code: 'PackageCorrupt',
      details: { reasons: ['EntryBytesDiffer', 'EntryDigestDiffers'] },
    });
    expect(readdirSync(home)).toEqual(['out']);
    expect(readdirSync(out)).toEqual(['mine.txt']);
  });

  it.each(['../evil.txt', '/tmp/gantry-evil.txt', 'a/../../../evil.txt', '..\\evil.txt'])(
    'RUN-19 writes nothing outside for an archive with %s',
    async (evil) => {
      const zip = craftZip([{ path: 'manifest.json' }, { path: evil }]);
      const out = path.join(home, 'in/out');
      await expect(unpackPackage(bufferSource(zip), out)).rejects.toMatchObject({
        code: 'PackageCorrupt',
      });
      expect(readdirSync(path.join(home, 'in'))).toEqual([]);
      expect(existsSync('/tmp/gantry-evil.txt')).toBe(false);
    },
  );

  it('REL-27 stops at the signal and tidies up', async () => {
    const source = bufferSource(await makePackage());
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(unpackPackage(source, path.join(home, 'out'), { signal })).rejects.toThrow(
      'enough',
    );
    expect(readdirSync(home)).toEqual([]);
  });

  it('REL-27 rejects when the source fails, and leaves nothing behind', async () => {
    const source = bufferSource(await makePackage());
    let reads = 0;
    const failing = {
      ...source,
      read: (offset: number, length: number) =>
        ++reads > 6 ? Promise.reject(new Error('disk')) : source.read(offset, length),
    };
    await expect(unpackPackage(failing, path.join(home, 'out'))).rejects.toThrow('disk');
    expect(readdirSync(home)).toEqual([]);
  });
});
