import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findAddress } from '../../../../activities/adapters/connection-tester/tcp/find-address';
import { createTcpConnectionTester } from '../../../../activities/adapters/connection-tester/tcp/tcp-connection-tester';

describe('the TCP connection tester', () => {
  let server: Server;
  let port = 0;
  const tester = createTcpConnectionTester({ timeoutMs: 2_000 });

  beforeAll(async () => {
    server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('REL-45 reaches a source that listens', async () => {
    expect(await tester.test({ host: '127.0.0.1', port })).toEqual({
      ...{ tried: true, reached: true, reason: null },
    });
    expect(await tester.test({ url: `jdbc:postgresql://127.0.0.1:${port}/sales` })).toMatchObject({
      reached: true,
    });
  });

  it('REL-45 says why it does not reach one that is not there', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const gone = (closed.address() as AddressInfo).port;
    await new Promise((resolve) => closed.close(resolve));
    const tested = await tester.test({ host: '127.0.0.1', port: gone, password: 'PLANTED' });
    expect(tested).toMatchObject({ tried: true, reached: false });
    expect(tested.reason).toContain('ECONNREFUSED');
    expect(tested.reason).not.toContain('PLANTED');
  });

  it.each([
    [
      { host: 'db.example', port: '5432' },
      { host: 'db.example', port: 5432 },
    ],
    [{ url: 'jdbc:mysql://db.example/a' }, { host: 'db.example', port: 3306 }],
    [{ url: 'https://db.example' }, { host: 'db.example', port: 443 }],
    [{ host: 'bigquery.example' }, undefined],
    [{ host: 'db.example', port: 70_000 }, undefined],
    [{ url: 'nothing' }, undefined],
  ])('REL-45 finds the address in %j', (connection, expected) => {
    expect(findAddress(connection)).toEqual(expected);
  });
});
