import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTcpConnectionTester } from '../../../activities/adapters/connection-tester/tcp/tcp-connection-tester';
import type { AssetRef } from '../../../schemas/catalog/catalog-queries';
import {
  clearSourceSettings,
  setSourceSettings,
  showSourceSettings,
} from '../../../store/publishing/change-source-settings';
import { settingContext } from '../../../store/publishing/source-settings';
import { openSecret } from '../../../store/secrets/secret-box';
import { failureOf } from '../../support/failure-of';
import { encryptionKey, line } from '../catalog/catalog-world';
import { createPublishWorld, type PublishWorld } from './publish-world';

const password = 'PLANTED-entered-here';

describe('settings of sources', () => {
  let world: PublishWorld;
  let server: Server;
  let port = 0;

  beforeAll(async () => {
    world = await createPublishWorld({
      connectionTester: createTcpConnectionTester({ timeoutMs: 5_000 }),
    });
    server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await world.drop();
  });

  const source = (definition: object, changedAt = '2026-06-01T00:00:00Z') =>
    line('serving', { type: 'data_source', project: null, definition, changedAt });
  const refOf = (tenant: string): AssetRef => ({
    ...{ tenant, type: 'data_source', project: null, code: 'serving' },
  });

  async function target(code: string, definition: object): Promise<number> {
    const id = await world.addTarget(code);
    await world.load(code, [source(definition)]);
    await world.listAll(id);
    return id;
  }

  function enter(tenantId: number, code: string, given: object): Promise<void> {
    return world.database.transaction((trx) =>
      setSourceSettings(trx, { tenantId, ref: refOf(code), by: 'rosa', encryptionKey, ...given }),
    );
  }

  async function online(tenantId: number): Promise<Record<string, unknown> | undefined> {
    const row = await world
      .database('online_assets')
      .where({ tenant_id: tenantId })
      .first<Record<string, Buffer | null> | undefined>();
    if (row === undefined) return undefined;
    const key = { type: 'data_source', project: '', code: 'serving' };
    const open = (setting: 'connection' | 'authentication'): unknown => {
      const sealed = row[`sealed_${setting}`];
      if (sealed == null) return null;
      return JSON.parse(openSecret(encryptionKey, sealed, settingContext(tenantId, key, setting)));
    };
    return { connection: open('connection'), authentication: open('authentication') };
  }

  it('REL-45 does not publish a source without what its package cleared', async () => {
    const id = await target('bare', { connection: null, authentication: null });
    const obstacles = await world
      .database('publish_objects')
      .where({ tenant_id: id })
      .select('obstacles');
    expect(obstacles).toEqual([{ obstacles: ['SourceSettingsMissing'] }]);
    expect(await world.publish(id)).toMatchObject({ notPublishable: 1, counts: { objects: 0 } });
    expect(await online(id)).toBeUndefined();
  });

  it('REL-45 publishes a source with what was entered here, tried and encrypted', async () => {
    const id = await target('entered', { connection: null, authentication: null });
    const connection = { host: '127.0.0.1', port };
    await enter(id, 'entered', { connection, authentication: { user: 'w', password } });
    expect((await world.publish(id)).counts).toMatchObject({ succeeded: 1 });
    expect(await online(id)).toEqual({ connection, authentication: { user: 'w', password } });
    const { rows } = await world.database.raw<{ rows: { found: boolean }[] }>(
      `select (select string_agg(s::text, '') from publish_settings s) ||
         (select string_agg(o::text, '') from online_assets o) ||
         (select coalesce(string_agg(l::text, ''), '') from audit_log l) like '%PLANTED%' as found`,
    );
    expect(rows).toEqual([{ found: false }]);
  });

  it('REL-45 fails a source that does not answer', async () => {
    const id = await target('silent', { connection: null });
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const gone = (closed.address() as AddressInfo).port;
    await new Promise((resolve) => closed.close(resolve));
    await enter(id, 'silent', { connection: { host: '127.0.0.1', port: gone } });
    await world.publish(id);
    expect(await world.statuses(id)).toEqual({ serving: 'failed: SourceUnreachable' });
    await enter(id, 'silent', { connection: { host: '127.0.0.1', port } });
    const again = await world.publish(id, { kind: 'failed', publishing: null });
    expect(again.counts.succeeded).toBe(1);
  });

  it('REL-45 keeps what the object online here has', async () => {
    const own = { host: 'here.example', port: 1 };
    const authentication = { user: 'w', password };
    const id = await target('kept', { connection: own, authentication });
    await world.publish(id);
    expect(await online(id)).toEqual({ connection: null, authentication: null });
    await world.load('kept', [
      source({ connection: null, authentication: null, more: 1 }, '2026-07-01T00:00:00Z'),
    ]);
    await world
      .database('asset_versions')
      .whereIn('asset_id', world.database('assets').where({ tenant_id: id }).select('id'))
      .andWhere({ version: 2 })
      .update({ sealed_secrets: null });
    await world.listAll(id);
    expect(
      await showSourceSettings(world.database, { tenantId: id, ref: refOf('kept'), encryptionKey }),
    ).toMatchObject({ connection: 'kept', authentication: 'kept' });
    expect((await world.publish(id)).counts).toMatchObject({ succeeded: 1 });
    expect(await online(id)).toEqual({ connection: own, authentication });
    await world.load('kept', [
      source({ connection: null, authentication: null, more: 2 }, '2026-08-01T00:00:00Z'),
    ]);
    await world.listAll(id);
    await world.publish(id);
    expect(await online(id)).toMatchObject({ connection: own });
  });

  it('REL-45 takes only what the package does not carry, and forgets what was entered', async () => {
    const id = await target('carried', { connection: { host: 'a' }, authentication: null });
    expect((await failureOf(enter(id, 'carried', { connection: { host: 'b' } }))).code).toBe(
      'SourceNotCleared',
    );
    await enter(id, 'carried', { authentication: { password } });
    const show = () =>
      showSourceSettings(world.database, { tenantId: id, ref: refOf('carried'), encryptionKey });
    expect(await show()).toMatchObject({ connection: 'package', authentication: 'entered' });
    await world.database.transaction((trx) =>
      clearSourceSettings(trx, { tenantId: id, ref: refOf('carried') }),
    );
    expect(await show()).toMatchObject({ authentication: 'missing' });
  });
});
