import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importPlanned } from '../../../examples/sdk/import-package';
import { createImportWorld, target, type ImportWorld } from '../imports/import-world';

describe('examples/sdk/import-package.ts', () => {
  let world: ImportWorld;
  let file: string;
  beforeAll(async () => {
    const approvers = [{ role: 'approver' as const }];
    world = await createImportWorld({
      targetSettings: { importApproval: { kind: 'approvers', approvers } },
    });
    file = await world.exported();
  }, 120_000);
  afterAll(() => world.close());

  it('RUN-12 plans, looks at the plan, and imports what was planned and approved', async () => {
    const said: string[] = [];
    const { ines: releaseUser, otto: approver } = world;
    const done = await importPlanned({
      ...{ releaseUser, approver, tenant: target, file },
      print: (line) => said.push(line),
    });
    expect(done).toMatchObject({ state: 'imported', counts: { new: 8, toPublish: 8 } });
    expect(said[0]).toBe('8 new, 0 changed, 0 the same');

    const again = await importPlanned({ releaseUser, tenant: target, file });
    expect(again.id).toBe(done.id);
  }, 120_000);
});
