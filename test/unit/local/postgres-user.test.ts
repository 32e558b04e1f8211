import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findClosedFolder, requireReachable } from '../../../local/postgres-user';

const stranger = { uid: 65_533, gid: 65_533 };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-reach-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'closed', 'inner'), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('requireReachable', () => {
  it('RUN-16 names the folder that keeps another user out', () => {
    chmodSync(join(folder, 'closed'), 0o700);
    expect(findClosedFolder(join(folder, 'closed', 'inner'), stranger)).toBe(
      join(folder, 'closed'),
    );
    expect(() => requireReachable(join(folder, 'closed', 'inner'), stranger)).toThrow(
      expect.objectContaining({ code: 'FolderUnreachable' }),
    );
  });

  it('needs no right to list a folder, only to enter it', () => {
    chmodSync(join(folder, 'closed'), 0o711);
    expect(findClosedFolder(join(folder, 'closed', 'inner'), stranger)).toBeUndefined();
  });
});
