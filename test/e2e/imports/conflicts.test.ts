import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { tinyCatalog, tinyLine } from '../../support/tiny-catalog';
import {
  createImportWorld,
  errorsOf,
  load,
  source,
  target,
  type ImportWorld,
} from './import-world';

const identities = {
  sql: { type: 'database_sql', project: 'sales', code: 'daily' },
  weekly: { type: 'database_sql', project: 'sales', code: 'weekly' },
  python: { type: 'python', project: 'sales', code: 'clean' },
  untouched: { type: 'python', project: 'stock', code: 'clean' },
};
type Name = keyof typeof identities;

describe('objects that were changed on both sides', () => {
  let world: ImportWorld;
  let edits = 100;
  let file: string;
  /** What each side has of each object, before the import. */
  let before: Record<'here' | 'package', Record<Name, string>>;

  const edit = (name: Name): string =>
    tinyLine({ ...identities[name], definition: { text: `select ${String(++edits)}` } });
  const digestOf = async (tenant: string, name: Name): Promise<string> => {
    const client = tenant === source ? world.stack.person('mara') : world.ines;
    return (await client.catalog.show({ tenant, ...identities[name] } as never)).digest;
  };
  const digests = async (tenant: string): Promise<Record<Name, string>> => {
    const names = Object.keys(identities) as Name[];
    const read = names.map(async (name) => [name, await digestOf(tenant, name)] as const);
    return Object.fromEntries(await Promise.all(read)) as Record<Name, string>;
  };
  /** From which side each object is after an import. */
  const sides = async (): Promise<Record<Name, string>> => {
    const now = await digests(target);
    const of = (name: Name): string =>
      now[name] === before.package[name]
        ? 'package'
        : now[name] === before.here[name]
          ? 'here'
          : '?';
    return {
      sql: of('sql'),
      weekly: of('weekly'),
      python: of('python'),
      untouched: of('untouched'),
    };
  };

  beforeAll(async () => void (world = await createImportWorld()), 300_000);
  beforeEach(async () => {
    // From the same state on both sides: three objects change on both, one here alone.
    await load(world.stack, source, tinyCatalog());
    await load(world.stack, target, tinyCatalog());
    const policies = { default: 'overwrite' as const };
    const common = await world.imported({
      ...{ file: await world.exported(), policies, requestId: `common-${String(++edits)}` },
    });
    expect(common.run.status).toBe('succeeded');
    await load(world.stack, source, [edit('sql'), edit('weekly'), edit('python')]);
    await load(world.stack, target, (Object.keys(identities) as Name[]).map(edit));
    file = await world.exported();
    before = { here: await digests(target), package: await digests(source) };
  }, 300_000);
  afterAll(() => world.close());

  it('REL-31 end the import before anything is written, by default: all are named', async () => {
    const { run, ...ended } = await world.imported({ file });

    expect(run.status).toBe('check failed');
    expect(errorsOf(run)).toEqual([
      'ObjectConflict database_sql sales daily',
      'ObjectConflict database_sql sales weekly',
      'ObjectConflict python sales clean',
    ]);
    expect(await digests(target)).toEqual(before.here);
    const { counts, state } = await world.ines.imports.show({ tenant: target, ...ended });
    expect(state).toBe('failed');
    expect(counts).toMatchObject({ conflict: 3, onlyOnTargetChanged: 1, writes: 0 });
    expect(await world.leftovers()).toEqual([]);
  }, 300_000);

  it('REL-31 keep or lose their own by the default; what changed only here is kept', async () => {
    const skipped = await world.imported({
      file,
      policies: { default: 'skip' },
      requestId: 'skip',
    });
    expect(skipped.run.report?.result).toMatchObject({ conflict: 3, written: 0 });
    expect(await digests(target)).toEqual(before.here);

    const policies = { default: 'overwrite' as const };
    const written = await world.imported({ file, policies, requestId: 'overwrite' });
    expect(written.run.report?.result).toMatchObject({ written: 3, toPublish: 3 });
    expect(await sides()).toEqual({
      ...{ sql: 'package', weekly: 'package', python: 'package', untouched: 'here' },
    });
  }, 300_000);

  it('REL-31 go by the policy of the object before that of the type before the default', async () => {
    const { run } = await world.imported({
      file,
      policies: {
        default: 'fail',
        types: { database_sql: 'skip', python: 'overwrite' },
        objects: [{ ...identities.weekly, type: 'database_sql', policy: 'overwrite' }],
      },
    });

    expect(run.report?.result).toMatchObject({ written: 2 });
    expect(await sides()).toEqual({
      ...{ sql: 'here', weekly: 'package', python: 'package', untouched: 'here' },
    });
  }, 300_000);

  it('REL-31 show their three sides, and REL-31 what is wrong with a policy is a warning', async () => {
    const policies = {
      objects: [{ ...identities.untouched, type: 'python' as const, policy: 'skip' as const }],
    };
    const planned = await world.ines.imports.plan({ tenant: target, file, policies });
    const report = await world.ines.runs.result({ run: planned.run });
    const compared = await world.ines.imports.compare({
      ...{ tenant: target, import: planned.import },
      object: { ...identities.sql, type: 'database_sql' },
    });

    expect(report.findings.map(({ code }) => code)).toContain('PolicyUnused');
    expect(compared).toMatchObject({
      change: 'conflict',
      decision: 'fail',
      target: { digest: before.here.sql },
      incoming: { digest: before.package.sql },
    });
    expect([before.here.sql, before.package.sql]).not.toContain(compared.base.digest);
  }, 300_000);
});
