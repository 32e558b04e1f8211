import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand } from '../../support/run-command';

const credential = 'PLANTED-credential-on-file';
let installation: Installation;
let folder: string;
const outputs: string[] = [];

beforeAll(async () => {
  installation = await createInstallation();
  folder = mkdtempSync(join(tmpdir(), 'gantry-commands-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await installation.close();
});

describe('gantry tenant', () => {
  it('REL-1 creates a tenant with sensible defaults and shows it', async () => {
    const created = await gantry('tenant', 'create', 'retail', '--time-zone', 'Asia/Shanghai');
    const listed = await gantryJson('tenant', 'list');
    expect([created.status, listed]).toMatchObject([
      0,
      { tenants: [{ code: 'retail', timeZone: 'Asia/Shanghai', mode: 'normal' }] },
    ]);
    expect((await gantry('tenant', 'show')).stdout).toContain('Asia/Shanghai');
  });

  it('RUN-15 every fault of a call is told at once, with exit status 2', async () => {
    const { status, stdout } = await gantry(
      ...['tenant', 'create', 'X', '--time-zone', 'Mars/Base', '--feature', 'none', '--json'],
    );
    const { error } = JSON.parse(stdout) as { error: { code: string; findings: unknown[] } };
    expect([status, error.code, error.findings.length]).toEqual([2, 'InvalidInput', 3]);
  });

  it('REL-2 settings come from options, the credential from a file', async () => {
    const file = join(folder, 'credential');
    writeFileSync(file, `${credential}\n`);
    const set = await gantryJson(
      ...['tenant', 'settings', 'set', '--credential-file', file, '--retention-days', '30'],
      ...['--storage-prefix', 'packages', '--permission-verification', 'on', '--auto-grant', 'off'],
      ...['--export-approval', 'approvers:approver,person=admin,quorum=2,deadline=2d,remind=12h'],
      ...['--publish-approval', 'none'],
    );
    expect(set).toMatchObject({
      missing: [],
      permissionVerification: true,
      autoGrant: false,
      exportApproval: {
        approvers: [{ role: 'approver' }, { person: 'admin' }],
        quorum: 2,
        deadlineMs: 172_800_000,
        remindEveryMs: 43_200_000,
      },
    });
    expect((await gantry('tenant', 'settings')).stdout).toContain('Complete');
  });

  it('REL-29 a new credential overlaps with the old one as long as is said', async () => {
    const file = join(folder, 'credential-2');
    writeFileSync(file, `${credential}-2\n`);
    const set = await gantry(
      ...['tenant', 'settings', 'set', '--credential-file', file, '--credential-overlap', '14d'],
      ...['--demand-signature', 'on', '--demand-sequence', 'off'],
    );
    const days = /counts until (\S+)/.exec(set.stdout)?.[1] ?? '';
    expect((Date.parse(days) - Date.now()) / 86_400_000).toBeCloseTo(14, 1);
    expect(set.stdout).toMatch(/signature demanded +on/);
    const ended = await gantryJson('tenant', 'settings', 'set', '--credential-overlap', '0');
    expect(ended).toMatchObject({ previousCredentialUntil: null });
    expect((await gantry('tenant', 'settings', 'set', '--credential-overlap', 'soon')).status).toBe(
      2,
    );
  });

  it('REL-2 a policy comes from a file too, and nonsense is told word by word', async () => {
    const file = join(folder, 'policy.json');
    writeFileSync(file, '{"kind":"approvers","approvers":[{"role":"operator"}]}');
    const set = await gantryJson('tenant', 'settings', 'set', '--publish-approval', file);
    const wrong = await gantry(
      ...['tenant', 'settings', 'set', '--json'],
      ...['--publish-approval', 'approvers:aprover,deadline=soon,quorum=1'],
    );
    const { error } = JSON.parse(wrong.stdout) as { error: { findings: { code: string }[] } };
    expect(set).toMatchObject({ publishApproval: { approvers: [{ role: 'operator' }] } });
    expect([wrong.status, error.findings.map((one) => one.code)]).toEqual([
      2,
      ['ApprovalUnreadable', 'ApprovalUnreadable'],
    ]);
  });

  it('REL-3 starts and ends a mode, and shows its history', async () => {
    const start = ['tenant', 'mode', 'start', 'cross-tenant-publishing', '--reason', 'release 12'];
    expect((await gantry(...start)).status).toBe(0);
    expect((await gantry(...start)).status).toBe(1);
    expect((await gantry('tenant', 'mode')).stdout).toContain('release 12');
    expect((await gantry('tenant', 'mode', 'end')).status).toBe(0);
  });
});

describe('gantry person', () => {
  it('RUN-21 writes the token of a new person to a file of mode 0600 and prints it nowhere', async () => {
    const tokenFile = join(folder, 'li.token');
    const added = await gantryJson(
      ...['person', 'add', 'li', '--role', 'approver', '--token-file', tokenFile],
    );
    const token = readFileSync(tokenFile, 'utf8').trim();
    const mine = await runCommand(['tenant', 'list', '--json'], {
      ...installation.environment,
      GANTRY_TOKEN: token,
    });
    expect(added).toMatchObject({ person: { name: 'li' }, tokenFile });
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(mine.status).toBe(0);
  });

  it('RUN-21 a refused person leaves no file behind', async () => {
    const before = readdirSync(folder);
    const { status } = await gantry(
      ...['person', 'add', 'no/body', '--role', 'approver'],
      ...['--token-file', join(folder, 'nobody.token')],
    );
    expect([status, readdirSync(folder)]).toEqual([2, before]);
  });

  it('RUN-21 without a stack a token needs a file, and an existing one is not replaced', async () => {
    const tokenFile = join(folder, 'li.token');
    const none = await gantry('person', 'new-token', 'li', '--json');
    const there = await gantry('person', 'new-token', 'li', '--token-file', tokenFile, '--json');
    const forced = await gantry(
      ...['person', 'new-token', 'li', '--revoke-others', '--token-file', tokenFile, '--force'],
    );
    expect([none.stdout, there.stdout].map((text) => codeIn(text))).toEqual([
      'TokenFileNeeded',
      'TokenFileExists',
    ]);
    expect(forced.status).toBe(0);
  });

  it('RUN-29 grants and revokes roles, of projects too', async () => {
    await gantry(
      ...['person', 'grant', 'li', '--role', 'project-member,operator', '--project', 'dwd,ads'],
    );
    await gantry('person', 'revoke', 'li', '--role', 'operator');
    const { people } = (await gantryJson('person', 'list')) as { people: { name: string }[] };
    expect(people.find((one) => one.name === 'li')).toMatchObject({
      roles: [
        { role: 'approver', scope: null },
        { role: 'project-member', scope: 'ads' },
        { role: 'project-member', scope: 'dwd' },
      ],
    });
  });

  it('RUN-29 a project for a role that has none is refused', async () => {
    const { status, stdout } = await gantry(
      ...['person', 'grant', 'li', '--role', 'operator', '--project', 'dwd', '--json'],
    );
    expect([status, codeIn(stdout)]).toEqual([2, 'InvalidInput']);
  });

  it('RUN-21 a revoked token gets exit status 3', async () => {
    const token = readFileSync(join(folder, 'li.token'), 'utf8').trim();
    await gantry('person', 'revoke-token', 'li');
    const { status } = await runCommand(['tenant', 'list', '--json'], {
      ...installation.environment,
      GANTRY_TOKEN: token,
    });
    expect(status).toBe(3);
  });
});

describe('gantry inbox and audit', () => {
  it('RUN-30 an empty inbox says so', async () => {
    expect((await gantry('inbox', '--mark-read')).stdout).toBe('Nothing new.\n');
  });

  it('RUN-23 lists what happened since a while', async () => {
    const { entries } = (await gantryJson(
      ...['audit', 'list', '--since', '1h', '--action', 'tenant.mode.change'],
    )) as { entries: { outcome: string }[] };
    expect(entries.map((one) => one.outcome)).toEqual(['ok', 'refused', 'ok']);
    const wrong = await gantry('audit', 'list', '--since', 'yesterday', '--json');
    expect(wrong.status).toBe(2);
  });

  it('RUN-15 every command explains itself with an example', async () => {
    for (const line of [
      ...['tenant create', 'tenant list', 'tenant show', 'tenant settings show'],
      ...['tenant settings set', 'tenant mode show', 'tenant mode start', 'tenant mode end'],
      ...['person add', 'person list', 'person grant', 'person revoke', 'person new-token'],
      ...['person revoke-token', 'inbox', 'audit list'],
    ]) {
      const { status, stdout } = await gantry(...line.split(' '), '--help');
      expect([status, stdout]).toEqual([0, expect.stringContaining('$ gantry ')]);
    }
  });

  it('RUN-20 no output of these commands holds a token or the credential', () => {
    const all = outputs.join('\n');
    const token = readFileSync(join(folder, 'li.token'), 'utf8').trim();
    expect(outputs.length).toBeGreaterThan(20);
    expect(all).not.toContain('PLANTED');
    expect(all).not.toContain(token);
  });
});

async function gantry(...args: string[]) {
  const result = await runCommand(args, {
    ...installation.environment,
    GANTRY_TOKEN: installation.adminToken,
  });
  outputs.push(result.stdout, result.stderr);
  return result;
}

async function gantryJson(...args: string[]): Promise<unknown> {
  const { stdout } = await gantry(...args, '--json');
  return JSON.parse(stdout);
}

function codeIn(stdout: string): string {
  return (JSON.parse(stdout) as { error: { code: string } }).error.code;
}
