import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { storyOf } from '../../support/story-of';
import { tinyCatalog } from '../../support/tiny-catalog';
import { asset } from '../../integration/releases/releases-world';
import { features, plantedToken } from '../../integration/detection/detection-world';
import { approvers, ended, startExport, stepOf, until } from '../runs/run-world';

const tenant = 'retail';

describe('an export of a text that looks like a secret', () => {
  let stack: GantryStack;
  beforeAll(async () => {
    const leaky = asset('shell', 'leaky', {
      project: 'sales',
      definition: { body: `curl -H "key: ${plantedToken}"` },
    });
    const lines = [...tinyCatalog(), ...features, leaky];
    stack = await createGantryStack({ catalog: Readable.from([lines.join('\n')]) });
  });
  afterAll(() => stack.close());

  const suspected = expect.objectContaining({
    code: 'SecretSuspected',
    object: { type: 'shell', project: 'sales', code: 'leaky' },
  }) as unknown;

  it('REL-26 warns in preview, to approvers, in the result and in the package', async () => {
    await stack.admin.tenants.changeSettings({ tenant, settings: approvers() });
    const { run, release } = await startExport(stack);
    const { approvalRequestId } = await until(stack, run, 'waiting for approval');
    const request = await stack
      .person('sofia')
      .approvals.show({ request: approvalRequestId ?? '' });
    expect(request.summary['warnings']).toContainEqual(suspected);
    await stack.person('sofia').approvals.approve({ request: request.id });
    const details = await ended(stack, run);
    expect(details.status).toBe('succeeded');
    expect(details.report?.findings).toContainEqual(suspected);
    const { findings } = await stack.person('mara').releases.preview({ tenant, release });
    expect(findings).toContainEqual(suspected);
    expect(JSON.stringify([details, findings, request])).not.toContain(plantedToken.slice(4));
  });

  it('REL-26 refuses before anybody is asked, where the tenant says so', async () => {
    await stack.admin.tenants.changeSettings({ tenant, settings: { secretScan: 'refuse' } });
    const { run } = await startExport(stack);
    const details = await ended(stack, run);
    expect(details.status).toBe('check failed');
    expect(details.report?.findings).toContainEqual(suspected);
    expect(stepOf(details, 'freeze scope').state).toBe('failed');
    expect(stepOf(details, 'wait for approval').state).toBe('pending');
  });

  it('RUN-20 repeats it in no history and no log', async () => {
    const story = await storyOf(stack);
    expect(story).toContain('scanShards');
    expect(story).toContain('SecretSuspected');
    expect(story).not.toContain(plantedToken.slice(4));
    expect(stack.logs()).toContain('scanShards');
    expect(stack.logs()).not.toContain(plantedToken.slice(4));
  });
});
