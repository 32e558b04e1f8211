import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../../support/eventually';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver';
import { ended, startExport, waiting } from '../runs/run-world';

const tenant = 'retail';

describe('webhooks', () => {
  let stack: GantryStack;
  let receiver: WebhookReceiver;
  let secret: string;

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    stack = await createGantryStack({
      environment: {
        GANTRY_WEBHOOK_POLL_MS: '50',
        GANTRY_WEBHOOK_FIRST_PAUSE_MS: '50',
        GANTRY_WEBHOOK_GIVE_UP_MS: '60000',
      },
    });
    const made = await stack.person('lin').webhooks.set({ tenant, url: receiver.url });
    secret = made.secret ?? '';
  }, 60_000);
  afterAll(async () => {
    await stack.close();
    await receiver.close();
  });

  it('RUN-11 announce an approval request, signed, with what a decision is about', async () => {
    const { run, request } = await waiting(stack, { quorum: 2, deadlineMs: 600_000 });
    const { body, headers, content } = await receiver.received('approval-wanted');
    const { subjectDigest } = await stack.person('sofia').approvals.show({ request });

    expect(new Webhook(secret).verify(body, headers)).toEqual(content);
    expect(content.data).toMatchObject({
      tenant,
      run,
      pipeline: 'release.export',
      link: stack.person('mara').runs.link({ run }),
      approval: {
        requestId: request,
        subjectDigest,
        requestedBy: 'mara',
        approvers: ['sofia', 'zhang'],
        quorum: 2,
        dueAt: expect.any(String),
        summary: { objects: expect.any(Number), name: expect.any(String) },
      },
    });
    await stack.person('mara').runs.cancel({ run });
    await ended(stack, run);
  });

  it('RUN-30 get every kind of notice once', async () => {
    await stack.admin.tenants.changeSettings({
      tenant,
      settings: { exportApproval: { kind: 'none' } },
    });
    const { run } = await startExport(stack);
    await ended(stack, run);
    const { content } = await receiver.received('package-ready');

    expect(content.data['run']).toBe(run);
    const ready = receiver.messages.filter((one) => one.content.type === 'package-ready');
    expect(ready).toHaveLength(1);
  });

  it('RUN-30 are sent again under the same id until they arrive, and no run waits for that', async () => {
    receiver.answer(500);
    const { run } = await startExport(stack);
    expect((await ended(stack, run)).status).toBe('succeeded');
    const failed = await eventually(() => {
      const ours = receiver.messages.filter((one) => one.content.data['run'] === run);
      return Promise.resolve(ours.length >= 2 && ours);
    });
    receiver.answer(200);
    const [latest] = await eventually(async () => {
      const sent = await stack.person('lin').webhooks.deliveries({ tenant, limit: 1 });
      return sent[0]?.deliveredAt != null && sent;
    });

    expect(new Set(failed.map((one) => one.id)).size).toBe(1);
    expect(latest).toMatchObject({ id: failed[0]?.id, run, lastError: null, givenUpAt: null });
    expect(latest?.attempts).toBeGreaterThanOrEqual(3);
  });

  it('RUN-30 are given up where the receiver is gone, and administrators are told', async () => {
    receiver.answer(410);
    const { run } = await startExport(stack);
    await ended(stack, run);
    const notice = await eventually(async () => {
      const notices = await stack.person('lin').inbox.list({ tenant });
      return notices.find((one) => one.kind === 'delivery-failed');
    });
    receiver.answer(200);
    const [given] = await stack.person('lin').webhooks.deliveries({ tenant, limit: 1 });

    expect(notice.title).toContain('main');
    expect(given).toMatchObject({ run, attempts: 1, deliveredAt: null });
    expect(given?.lastError).toContain('WebhookRefused');
    const told = receiver.messages.filter((one) => one.content.type === 'delivery-failed');
    expect(told).toEqual([]);
  });

  it('RUN-30 are not led elsewhere by a redirect', async () => {
    receiver.answer(302);
    const test = await stack.person('lin').webhooks.test({ tenant });
    receiver.answer(200);
    const again = await stack.person('lin').webhooks.test({ tenant });

    expect(test.deliveredAt).toBeNull();
    expect(test.lastError).toContain('status: 302');
    expect(again.deliveredAt).not.toBeNull();
  });

  it('RUN-30 are sent by whoever runs next when a worker dies', async () => {
    receiver.answer(500);
    const { run } = await startExport(stack);
    await ended(stack, run);
    await eventually(() =>
      Promise.resolve(receiver.messages.some((one) => one.content.data['run'] === run)),
    );
    await Promise.all(stack.workers.map((worker) => worker.kill()));
    receiver.answer(200);
    const before = receiver.messages.length;
    // The lease of a message that was taken by the dead worker ends after a moment.
    await stack.database('webhook_deliveries').update({ next_at: new Date() });
    await stack.startWorker();
    await eventually(() => Promise.resolve(receiver.messages.length > before));

    const [sent] = await stack.person('lin').webhooks.deliveries({ tenant, limit: 1 });
    expect(sent?.run).toBe(run);
    await eventually(async () => {
      const [one] = await stack.person('lin').webhooks.deliveries({ tenant, limit: 1 });
      return one?.deliveredAt != null;
    });
  });

  it('RUN-20 leave no secret in what is sent, logged or stored', async () => {
    const dump = await stack.dump();
    for (const text of [stack.logs(), dump, ...receiver.messages.map((one) => one.body)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(stack.credential);
    }
  });
});
