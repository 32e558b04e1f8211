import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createImportWorld, source, target, type ImportWorld } from './import-world';

describe('a package that goes into another tenant', () => {
  let world: ImportWorld;
  let file: string;
  beforeAll(async () => {
    world = await createImportWorld();
    file = await world.exported();
  }, 300_000);
  afterAll(() => world.close());

  const digests = async (tenant: string): Promise<string[]> => {
    const client = tenant === source ? world.stack.person('mara') : world.ines;
    const { assets } = await client.catalog.list({ tenant, limit: 1000 });
    return assets.map((one) => `${one.type} ${one.project ?? ''} ${one.code} ${one.digest}`);
  };

  it('REL-29 is checked, which writes nothing', async () => {
    const { run } = await world.ines.imports.check({ tenant: target, file });
    expect(await world.ines.runs.result({ run })).toMatchObject({ outcome: 'succeeded' });
    expect(await digests(target)).toEqual([]);
  });

  it('REL-31 is planned, which writes nothing', async () => {
    const { run } = await world.ines.imports.plan({ tenant: target, file });
    const report = await world.ines.runs.result({ run });
    expect(report).toMatchObject({ outcome: 'succeeded', result: { new: 8, writes: 8 } });
    expect(await digests(target)).toEqual([]);
  });

  it('REL-33 is there as a whole, REL-35 and is to be published', async () => {
    const { run } = await world.imported({ file });
    expect(run).toMatchObject({ status: 'succeeded' });
    expect(run.report?.result).toMatchObject({ new: 8, written: 8, toPublish: 8 });
    expect(run.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'check permission: done',
      'check maintenance mode: done',
      'receive: done',
      'verify: done',
      'plan: done',
      'wait for approval: done',
      'stage: done',
      'apply: done',
      'register: done',
    ]);
    expect(await digests(target)).toEqual(await digests(source));
  });

  it('REL-34 plans nothing and changes nothing the second time', async () => {
    const { run } = await world.imported({ file, requestId: 'again' });
    expect(run).toMatchObject({ status: 'succeeded' });
    expect(run.report?.result).toMatchObject({ same: 8, writes: 0, written: 0, toPublish: 0 });
  });

  it('RUN-13 is the same import where the same is asked for', async () => {
    const { run } = await world.imported({ file });
    expect(run.report?.result).toMatchObject({ new: 8 });
  });
});
