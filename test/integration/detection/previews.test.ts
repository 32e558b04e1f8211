import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { previewScope } from '../../../store/releases/preview-scope';
import { asset } from '../releases/releases-world';
import {
  createDetectionWorld,
  features,
  plantedToken,
  type DetectionWorld,
} from './detection-world';

describe('the preview of a release', () => {
  let world: DetectionWorld;

  beforeAll(async () => {
    world = await createDetectionWorld();
    await world.load('retail', [
      ...features,
      asset('shell', 'leaky', { project: 'p1', definition: { body: plantedToken } }),
      asset('project', 'p1', { definition: { engine: 'bigquery' } }),
      asset('project', 'p2', { definition: { engine: 'spark' } }),
      asset('compute_task', 'fits', { project: 'p1', definition: { kind: 'sql' } }),
      asset('compute_task', 'lacks', { project: 'p1', definition: { kind: 'spark_sql' } }),
      asset('compute_task', 'lacks', { project: 'p2', definition: { kind: 'spark_sql' } }),
    ]);
  });

  afterAll(() => world.drop());

  const preview = async (objects?: { type: string; project: string; code: string }[]) => {
    const scope =
      objects === undefined
        ? ({ method: 'full' } as const)
        : ({ method: 'objects', objects, withDependencies: false } as const);
    const release = await world.draft('retail', { scope });
    return previewScope(world.database, world.user, { tenant: 'retail', release });
  };
  const codes = async (objects?: { type: string; project: string; code: string }[]) =>
    (await preview(objects)).findings.map(({ code, object }) => `${code} ${object?.code ?? ''}`);

  it('REL-26 shows what looks like a secret, and the features that cannot be used', async () => {
    const found = await codes();
    expect(found).toContain('SecretSuspected leaky');
    expect(found).toContain('DetectionFeatureUnsupported mobile');
    expect(found).not.toContain('SecretScanUnfinished ');
    expect(JSON.stringify(await preview())).not.toContain(plantedToken.slice(4));
  });

  it('REL-26 shows it of what is in scope only', async () => {
    expect(await codes([{ type: 'compute_task', project: 'p1', code: 'fits' }])).toEqual([
      'DetectionFeatureUnsupported mobile',
    ]);
    expect(await codes([{ type: 'shell', project: 'p1', code: 'leaky' }])).toContain(
      'SecretSuspected leaky',
    );
  });

  it('REL-43 warns of tasks whose kind the engine of their project lacks', async () => {
    const { findings } = await preview();
    expect(findings.filter(({ code }) => code === 'ComputeTaskKindUnsupported')).toMatchObject([
      { severity: 'warning', object: { type: 'compute_task', project: 'p1', code: 'lacks' } },
    ]);
  });

  it('REL-20 REL-26 scans a large selection piece by piece and says how much is left', async () => {
    const large = Array.from({ length: 6 }, (_, index) =>
      asset('python', `large ${index}`, {
        project: 'p1',
        definition: { body: `${String(index)}${'x'.repeat(7_500_000)}` },
      }),
    );
    await world.load('retail', large);
    const first = await preview();
    const second = await preview();
    const unfinished = expect.objectContaining({ code: 'SecretScanUnfinished' }) as unknown;
    expect(first.findings).toContainEqual(unfinished);
    expect(second.findings).not.toContainEqual(unfinished);
  });
});
