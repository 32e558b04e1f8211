import { describe, expect, it } from '@jest/globals';
import { createHttpWebhookSender } from '../../../../activities/adapters/webhook-sender/http/http-webhook-sender';
import { isPublicAddress } from '../../../../activities/adapters/webhook-sender/http/public-address';
import { failureOf } from '../../../support/failure-of';

describe('public addresses', () => {
  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])(
    'RUN-30 %s is one',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254'],
    ...['0.0.0.0', '100.64.0.1', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1'],
    ...['fc00::1', 'fd12::1', 'ff02::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'],
    ...['2001:db8::1', 'localhost', ''],
  ])('RUN-30 %s is none', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a sender to public addresses', () => {
  const sender = createHttpWebhookSender({ timeoutMs: 2_000, targets: 'public' });
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

  it.each([
    ...['http://example.com/', 'https://127.0.0.1/', 'https://[::1]/', 'https://localhost/'],
    ...['https://2130706433/', 'https://0x7f.1/', 'https://[::ffff:127.0.0.1]/'],
  ])('RUN-30 does not send to %s', async (url) => {
    const failure = await failureOf(sender.send({ url, id: 'msg_1', body: '{}', secret }));
    expect(failure.code).toBe('WebhookTargetForbidden');
  });
});
