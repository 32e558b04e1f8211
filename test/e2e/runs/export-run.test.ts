import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyPackageFile, type RunDetails } from '../../../client';
import { exportSteps } from '../../../schemas/workflows';
import { failureOf } from '../../support/failure-of';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { audited, draft, ended, pageOf, releaseState, storedKeys, viewOf } from './run-world';

const tenant = 'retail';

describe('an export that nobody has to approve', () => {
  let stack: GantryStack;
  let folder: string;
  let release: string;
  let run: string;
  let details: RunDetails;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-e2e-'));
    stack = await createGantryStack();
    release = await draft(stack);
    run = await stack.person('mara').releases.export({ tenant, release });
    details = await ended(stack, run);
  });
  afterAll(async () => {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('REL-17 ends as succeeded, with what it made', async () => {
    const result = await stack.person('mara').runs.result({ run });
    const made = (await stack.person('mara').releases.show({ tenant, release })).package;

    expect(details.status).toBe('succeeded');
    expect(result).toMatchObject({ outcome: 'succeeded', findings: [], undoFailures: [] });
    expect(result.result).toMatchObject({ packageId: made?.id, objects: 8 });
    expect(await releaseState(stack, release)).toBe('exported');
  });

  it('RUN-1 does the steps of the rule, under their names and in their order', () => {
    expect(details.steps.map((step) => step.name)).toEqual([...exportSteps]);
    expect(new Set(details.steps.map((step) => step.state))).toEqual(new Set(['done']));
    expect(details.steps.filter((step) => step.attempts < 1)).toEqual([]);
  });

  it('RUN-1 keeps start and end of every step, none before the one ahead of it', () => {
    const times = details.steps.flatMap((step) => [step.startedAt, step.endedAt]);
    const sequence = times.slice(2 * exportSteps.indexOf('freeze scope'));

    expect(times).not.toContain(null);
    expect([...sequence].sort()).toEqual(sequence);
  });

  it('RUN-1 shows the progress of collecting in objects and bytes', () => {
    const progress = details.steps.find((step) => step.name === 'collect')?.progress;

    expect(progress).toMatchObject({ done: 8, total: 8, unit: 'objects' });
    expect(progress?.bytesDone).toBe(progress?.bytesTotal);
    expect(progress?.bytesTotal).toBeGreaterThan(0);
  });

  it('RUN-1 says the same in the query, the client and the page of the Temporal UI', async () => {
    const view = await viewOf(stack, run);
    const page = await pageOf(stack, run);

    expect(view.steps).toEqual(details.steps);
    const times = String.raw`\d\d:\d\d:\d\d \| \d\d:\d\d:\d\d`;
    expect(page).toMatch(
      new RegExp(String.raw`\| ✔ \| collect \| done \| ${times} \| 1 \| 8 of 8 objects \|`),
    );
    expect(page).toMatch(
      new RegExp(
        String.raw`\| ✔ \| wait for approval \| done \| ${times} \| 1 \| no approval needed \|`,
      ),
    );
  });

  it('RUN-1 makes the run findable in Temporal by what it is about', async () => {
    const found = stack.temporal.workflow.list({
      query: `GantryPipeline = "release.export" and GantryTenant = "retail" and GantryRelease = "${release}"`,
    });
    const ids: string[] = [];
    for await (const workflow of found) ids.push(workflow.workflowId);

    expect(ids).toEqual([run]);
  });

  it('RUN-14 links to the page of the run', () => {
    const { uiUrl, namespace } = stack.settings.temporal;

    expect(details.link).toBe(
      `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(run)}`,
    );
  });

  it('RUN-14 watches a run that has ended as it ended', async () => {
    const seen: string[] = [];
    for await (const one of stack.person('tom').runs.watch({ run })) seen.push(one.status);

    expect(seen).toEqual(['succeeded']);
  });

  it('RUN-13 gives the same run when it is started again after success', async () => {
    const again = await stack.person('mara').releases.export({ tenant, release });

    expect(again).toBe(run);
  });

  it('RUN-6 completes the workflow with the report as its result', async () => {
    const handle = stack.temporal.workflow.getHandle(run);

    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('REL-23 leaves nothing in the store but the package', async () => {
    const made = (await stack.person('mara').releases.show({ tenant, release })).package;

    expect(await storedKeys(stack)).toEqual([`packages/retail/${String(made?.id)}.dp`]);
  });

  it('REL-22 downloads a package that verifies with the credential', async () => {
    const path = await stack.person('mara').releases.download({ tenant, release, target: folder });
    const verdict = await verifyPackageFile({ file: path, credential: stack.credential });

    expect(verdict.findings).toEqual([]);
    expect(verdict.ok).toBe(true);
    expect(verdict.digest).toBe(details.report?.result['digest']);
  });

  it('REL-22 serves the same bytes by a link, until the link expires', async () => {
    const link = await stack.person('mara').releases.link({ tenant, release, expiresInSeconds: 1 });
    const bytes = Buffer.from(await (await fetch(link)).arrayBuffer());
    await new Promise((resolve) => setTimeout(resolve, 2_100));

    expect(createHash('sha256').update(bytes).digest('hex')).toBe(details.report?.result['digest']);
    expect((await fetch(link)).status).toBe(403);
  });

  it('REL-22 tells who asked for it that the package is ready', async () => {
    const notices = await stack.person('mara').inbox.list({ tenant });

    expect(notices.map((notice) => [notice.kind, notice.runId])).toEqual([['package-ready', run]]);
  });

  it('RUN-23 audits the start, the package and the end', async () => {
    const rows = (await audited(stack, 'release.export')).map((row) => [row.actor, row.outcome]);

    // The last export, which gave the run it had, was asked for too.
    expect(rows).toEqual([
      ['mara', 'ok'],
      ['mara', 'succeeded'],
      ['mara', 'ok'],
    ]);
    expect(await audited(stack, 'package.register')).toMatchObject([{ outcome: 'ok' }]);
  });

  it('RUN-21 lets nobody start an export who has not the right', async () => {
    const refused = await failureOf(stack.person('tom').releases.export({ tenant, release }));

    expect(refused.code).toBe('PermissionDenied');
  });

  it('RUN-27 logs each activity as one JSON object with the run', () => {
    const lines = stack
      .logs()
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .filter((line) => line['msg'] === 'activity done');

    expect(lines.filter((line) => line['run'] === run).length).toBeGreaterThan(10);
  });
});

describe('exports that are started at the same moment', () => {
  let stack: GantryStack;
  beforeAll(async () => void (stack = await createGantryStack()));
  afterAll(() => stack.close());

  it('RUN-13 are one run', async () => {
    const release = await draft(stack);
    const start = () => stack.person('mara').releases.export({ tenant, release });
    const runs = await Promise.all([start(), start(), start(), start()]);

    expect(new Set(runs).size).toBe(1);
    expect((await ended(stack, runs[0])).status).toBe('succeeded');
    expect(await stack.person('mara').runs.list({ tenant, subject: release })).toHaveLength(1);
  });

  it('RUN-14 watch() streams each change until the end', async () => {
    const release = await draft(stack);
    const run = await stack.person('mara').releases.export({ tenant, release });
    const states: string[] = [];
    for await (const one of stack.person('mara').runs.watch({ run }, { everyMs: 20 }))
      states.push(one.status);

    expect(states.at(-1)).toBe('succeeded');
    expect(states.filter((state) => state === 'running').length).toBeGreaterThan(1);
  });
});
