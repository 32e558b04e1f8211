import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tinyCatalog } from '../../support/tiny-catalog';
import { createImportWorld, target, type ImportWorld } from '../imports/import-world';

const password = 'PLANTED-at-the-source-77f2';

describe('what an import brought', () => {
  let world: ImportWorld;
  let server: Server;
  let port = 0;

  beforeAll(async () => {
    server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    const source = JSON.stringify({
      ...{ type: 'data_source', project: null, segment: null, code: 'serving', name: 'Serving' },
      ...{ owner: null, changedAt: '2026-06-01T08:00:00Z', changedBy: null, labels: {} },
      references: [],
      definition: { connection: { host: '127.0.0.1', port }, authentication: { password } },
    });
    world = await createImportWorld({ catalog: [...tinyCatalog(), source] });
    const file = await world.exported();
    await world.imported({ file });
  }, 180_000);

  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await world.close();
  });

  const publish = async () => {
    const { run } = await world.ines.publishing.run({ tenant: target, all: true });
    return (await world.ines.runs.result({ run })).result;
  };

  it('REL-35 is on the list with its change, and REL-45 a source without its secrets is hindered', async () => {
    const { objects } = await world.ines.publishing.list({ tenant: target });
    expect(objects).toHaveLength(9);
    expect(new Set(objects.map(({ changeType }) => changeType))).toEqual(new Set(['new']));
    expect(objects.filter(({ type }) => type === 'data_source')).toMatchObject([
      { publishable: false, obstacles: ['SourceSettingsMissing'] },
    ]);
  });

  it('REL-37 goes online, projects and what lives in them in one run', async () => {
    expect(await publish()).toMatchObject({ objects: 8, succeeded: 8, notPublishable: 1 });
  });

  it('REL-45 goes online too, once what the package cleared is entered', async () => {
    const ref = { tenant: target, type: 'data_source', code: 'serving' } as const;
    expect(await world.ines.publishing.settings(ref)).toMatchObject({
      ...{ connection: 'package', authentication: 'missing' },
    });
    await world.ines.publishing.setSettings({ ...ref, authentication: { password } });
    expect(await world.ines.publishing.testSettings(ref)).toMatchObject({ reached: true });
    expect(await publish()).toMatchObject({ objects: 1, succeeded: 1, failed: 0 });
    expect(await world.stack.dump()).not.toContain('PLANTED');
  });

  it('REL-41 leaves production with the import that is undone', async () => {
    const { imports } = await world.ines.imports.list({ tenant: target });
    const undone = imports.find(({ kind, state }) => kind === 'import' && state === 'imported');
    const { run } = await world.ines.imports.undo({ tenant: target, import: undone?.id ?? '' });
    expect(await world.ines.runs.result({ run })).toMatchObject({
      ...{ outcome: 'succeeded', result: { onlineRestored: 9, toPublish: 0 } },
    });
    const { objects } = await world.ines.publishing.list({ tenant: target });
    expect(objects).toEqual([]);
  });
});
