import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findPostgresUser } from '../../../local/postgres-user';
import { expectWholePackage } from '../../support/exported-package';
import { createFaultStack, type FaultStack } from '../../support/fault-stack';

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
// A small disk is a tmpfs, which only root may mount: for others these tests are shown as skipped.
const describeAsRoot = mayMount ? describe : describe.skip;
const diskMegabytes = 64;

describeAsRoot('an export on a full disk (skipped unless root may mount a tmpfs)', () => {
  const disks: string[] = [];
  let home: string;
  let stack: FaultStack;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'gantry-full-'));
    chmodSync(home, 0o711);
    disks.push(mount(join(home, 'stack', 'data', 'objects')), mount(join(home, 'tables')));
    stack = await createFaultStack({
      home: join(home, 'stack'),
      environment: { GANTRY_ACTIVITY_MAX_ATTEMPTS: '2' },
    });
  }, 120_000);

  afterAll(async () => {
    try {
      await stack.close();
    } finally {
      for (const disk of disks) execFileSync('umount', ['--lazy', disk]);
    }
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  const expectMendedByRetry = async (
    { run, release }: Awaited<ReturnType<FaultStack['startExport']>>,
    parked: { readonly step: string; readonly code: string; readonly ballast: string },
  ): Promise<void> => {
    const view = await stack.whenStatus(run, 'parked');
    const step = view.steps.find(({ state }) => state === 'parked');
    expect([step?.name, step?.lastError?.code]).toEqual([parked.step, parked.code]);
    const shown = await stack.person('mara').releases.show({ tenant: 'retail', release });
    expect([shown.state, shown.package]).toEqual(['exporting', null]);

    rmSync(parked.ballast);
    await stack.person('tom').runs.retry({ run });
    expect((await stack.ended(run)).status).toBe('succeeded');
    expect((await expectWholePackage(stack, release)).size).toBeGreaterThan(2);
  };

  it('RUN-2 parks when the object store’s disk is full, and a retry with space mends it', async () => {
    const ballast = fill(disks[0] ?? '');
    const started = await stack.startExport();
    await expectMendedByRetry(started, {
      step: 'collect',
      code: 'ObjectStoreUnavailable',
      ballast,
    });
  }, 180_000);

  it('RUN-2 parks when PostgreSQL’s disk is full, and a retry with space mends it', async () => {
    const disk = disks[1] ?? '';
    const user = findPostgresUser();
    if (user !== undefined) chownSync(disk, user.uid, user.gid);
    await stack.database.raw(`create tablespace small location '${disk}'`);
    await stack.database.raw('truncate frozen_shards cascade');
    await stack.database.raw('alter table frozen_shards set tablespace small');
    const ballast = fill(disk);
    const started = await stack.startExport();
    await expectMendedByRetry(started, {
      step: 'freeze scope',
      code: 'DatabaseUnavailable',
      ballast,
    });
    await stack.database.raw('alter table frozen_shards set tablespace pg_default');
  }, 180_000);
});

function mount(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m`, 'gantry-full', folder]);
  return folder;
}

/** Takes all the space of a disk; gives the file that does. */
function fill(disk: string): string {
  const ballast = join(disk, 'ballast');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  return ballast;
}
