import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { summariseFrozenScope } from '../../../store/releases/summarise-frozen-scope';
import { asset } from '../releases/releases-world';
import {
  createDetectionWorld,
  features,
  plantedToken,
  type DetectionWorld,
} from './detection-world';

const sql = (code: string, body: string) =>
  asset('database_sql', code, { project: 'p1', definition: { body } });
const leaky = sql('leaky', `select '${plantedToken}'`);
const clean = Array.from({ length: 20 }, (_, index) =>
  sql(`clean ${index}`, `select ${index} from mobile`),
);

describe('the secret scan of a frozen scope', () => {
  let world: DetectionWorld;

  beforeAll(async () => {
    world = await createDetectionWorld();
    await world.load('retail', [...features, leaky, ...clean]);
  });

  afterAll(() => world.drop());

  const freeze = () => world.freeze('retail', { scope: { method: 'full' } });

  it('REL-26 finds a planted secret before approval, as a warning that approvers and the package see', async () => {
    const runId = await freeze();
    const { findings, details } = await world.scanRun(runId);
    const suspected = expect.objectContaining({
      code: 'SecretSuspected',
      severity: 'warning',
      object: { type: 'database_sql', project: 'p1', code: 'leaky' },
      reason: expect.stringContaining('/definition/body'),
    }) as unknown;
    expect(findings).toContainEqual(suspected);
    expect(details.findings).toContainEqual(suspected);
    const { warnings } = await summariseFrozenScope(world.database, runId);
    expect(warnings).toContainEqual(suspected);
  });

  it('REL-26 names the features that it cannot use', async () => {
    const { findings } = await world.scanRun(await freeze());
    expect(findings.filter(({ code }) => code === 'DetectionFeatureUnsupported')).toMatchObject([
      { object: { type: 'detection_feature', code: 'mobile' }, severity: 'warning' },
    ]);
  });

  it('REL-26 scans nothing twice that did not change, and everything when the features did', async () => {
    expect((await world.scanRun(await freeze())).portions).toEqual([]);
    await world.load('retail', [sql('clean 3', 'select 4')]);
    expect((await world.scanRun(await freeze())).objects).toBe(1);
    await world.load('retail', [
      asset('detection_feature', 'one-more', { definition: { regex: 'zzz', keywords: ['zzz'] } }),
    ]);
    expect((await world.scanRun(await freeze())).objects).toBe(25);
  });

  it('REL-26 concluding twice tells everything once', async () => {
    const runId = await freeze();
    const once = await world.scanRun(runId);
    const twice = await world.scanRun(runId);
    expect(twice.details).toEqual(once.details);
  });

  it('REL-26 refuses where the policy of the tenant says so, and scans nothing where it is off', async () => {
    await world.setMode('retail', 'refuse');
    const { findings } = await world.scanRun(await freeze());
    expect(findings.find(({ code }) => code === 'SecretSuspected')).toMatchObject({
      severity: 'error',
      overridable: true,
    });
    await world.setMode('retail', 'off');
    expect(await world.scanRun(await freeze())).toMatchObject({ portions: [], findings: [] });
    await world.setMode('retail', 'warn');
  });

  it('REL-6 REL-26 says nothing of a connection that the export clears', async () => {
    await world.load('retail', [
      asset('data_source', 'shop', {
        definition: { connection: { host: 'shop', password: 'Horse-Battery-9' } },
      }),
    ]);
    const codesOf = async (connections: 'keep' | 'clear') => {
      const runId = await world.freeze('retail', {
        scope: { method: 'full' },
        exportSettings: { connectionInformation: { dataSources: connections } },
      });
      const { findings } = await world.scanRun(runId);
      return findings.map(({ object }) => object?.code);
    };
    expect(await codesOf('keep')).toContain('shop');
    expect(await codesOf('clear')).not.toContain('shop');
  });

  it('RUN-20 keeps no secret it found', async () => {
    await world.scanRun(await freeze());
    for (const table of ['content_scans', 'feature_sets', 'frozen_scopes', 'audit_log']) {
      const rows = await world.database<Record<string, unknown>>(table).select();
      const text = JSON.stringify(rows);
      expect(text).not.toContain(plantedToken.slice(4));
    }
    expect(await world.count('content_scans')).toBeGreaterThan(20);
  });
});
