import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../support/failure-of';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { runCommand } from '../../support/run-command';
import { tinyCatalog } from '../../support/tiny-catalog';
import { asset } from '../../integration/releases/releases-world';
import { features, plantedToken } from '../../integration/detection/detection-world';
import { audited, draft, ended } from './run-world';

const tenant = 'retail';
const leaky = { type: 'shell', project: 'sales', code: 'leaky' };
const code = 'SecretSuspected';

describe('findings that somebody overrides', () => {
  let stack: GantryStack;

  beforeAll(async () => {
    const line = asset('shell', 'leaky', {
      project: 'sales',
      definition: { body: `curl -H "key: ${plantedToken}"` },
    });
    const lines = [...tinyCatalog(), ...features, line];
    stack = await createGantryStack({
      catalog: Readable.from([lines.join('\n')]),
      settings: { secretScan: 'refuse' },
    });
  }, 60_000);
  afterAll(() => stack.close());

  const started = async (overrides: { code: string; object?: typeof leaky; reason: string }[]) => {
    const release = await draft(stack);
    const run = await stack.person('mara').releases.export({ tenant, release, overrides });
    return ended(stack, run);
  };

  it('RUN-24 pass, are shown with the reason, and are audited', async () => {
    const details = await started([{ code, object: leaky, reason: 'a sample of the manual' }]);
    const [row] = await audited(stack, 'finding.override');

    expect(details.status).toBe('succeeded');
    expect(details.report?.findings).toContainEqual(
      expect.objectContaining({ code, override: { reason: 'a sample of the manual' } }),
    );
    expect(row).toMatchObject({ actor: 'mara', object: details.id, outcome: 'ok' });
    expect(row?.details).toMatchObject({
      code,
      reason: 'a sample of the manual',
      step: 'freeze scope',
      objects: [leaky],
    });
  });

  it('RUN-24 do not pass for another object', async () => {
    const details = await started([{ code, object: { ...leaky, code: 'other' }, reason: 'x' }]);

    expect(details.status).toBe('check failed');
  });

  it('RUN-24 are refused at once where the code is unknown or there is no reason', async () => {
    const before = (await stack.person('mara').runs.list({ tenant })).length;
    const unknown = await failureOf(started([{ code: 'ScopeEmpty', reason: 'x' }]));
    const unreasoned = await failureOf(started([{ code, reason: '' }]));

    expect([unknown.code, unreasoned.code]).toEqual(['InvalidInput', 'InvalidInput']);
    expect(unknown.findings.map((finding) => finding.code)).toEqual(['OverrideUnknown']);
    expect(await stack.person('mara').runs.list({ tenant })).toHaveLength(before);
  });

  it('RUN-4 RUN-24 RUN-15 pass when the failed run is started again with an override', async () => {
    const { id, status } = await started([]);
    const args = ['run', 'rerun', id, '--from', 'freeze scope', '--json'];
    const override = ['--override', `${code}@shell/sales/leaky=known since May`];
    const rerun = await runCommand([...args, ...override], stack.shellOf('mara'));
    const details = await ended(stack, id);
    const shown = await runCommand(['run', 'show', id], stack.shellOf('mara'));

    expect([status, rerun.status, details.status]).toEqual(['check failed', 0, 'succeeded']);
    expect(shown.stdout).toContain('overridden: known since May');
  });
});
