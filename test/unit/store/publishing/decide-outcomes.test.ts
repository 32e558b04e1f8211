import { describe, expect, it } from '@jest/globals';
import {
  decideOutcomes,
  type PublishOutcome,
  type PutOnline,
} from '../../../../store/publishing/decide-outcomes';
import { ShardFindings } from '../../../../store/publishing/judge-shard';
import type { ShardNeed, ShardObject } from '../../../../store/publishing/load-shard';
import { toPublishFinding } from '../../../../store/publishing/publish-findings';

const object = (number: number, component = number): ShardObject => ({
  ...{ number, component, asset_id: number, version: 1, byte_count: 10 },
  ...{ change_type: 'new', status: 'waiting', type: 'shell', project: 'p', code: `s${number}` },
});
const need = (number: number, needs: number, inShard = true): ShardNeed => ({
  ...{ number, needs, inShard, type: 'shell', project: 'p', code: `s${needs}` },
});
const takesAll: PutOnline = () => Promise.resolve(new Map());
const failing = (...numbers: number[]): ShardFindings => {
  const findings = new ShardFindings();
  for (const number of numbers)
    findings.add(number, toPublishFinding('TablePermissionMissing', object(number), 'no'));
  return findings;
};
const brief = (outcomes: readonly PublishOutcome[]) =>
  outcomes.map(({ status, findings }) => [status, findings[0]?.code ?? '']);

describe('decideOutcomes', () => {
  it('REL-39 fails one object and what needs it, near and far, and nothing else', async () => {
    const objects = [1, 2, 3, 4].map((number) => object(number));
    const needs = [need(2, 1), need(3, 2)];
    const outcomes = await decideOutcomes({ objects, needs }, failing(1), takesAll);
    expect(brief(outcomes)).toEqual([
      ['failed', 'TablePermissionMissing'],
      ['failed', 'BlockedBy'],
      ['failed', 'BlockedBy'],
      ['succeeded', ''],
    ]);
    expect(outcomes[2]?.findings[0]?.object).toEqual({ type: 'shell', project: 'p', code: 's2' });
  });

  it('REL-39 blocks what needs an object that failed in an earlier shard', async () => {
    const outcomes = await decideOutcomes(
      { objects: [object(5)], needs: [need(5, 1, false)] },
      new ShardFindings(),
      takesAll,
    );
    expect(brief(outcomes)).toEqual([['failed', 'BlockedBy']]);
  });

  it('REL-37 fails all objects that need each other where one of them fails', async () => {
    const objects = [object(1, 7), object(2, 7), object(3, 8)];
    const needs = [need(1, 2), need(2, 1)];
    const outcomes = await decideOutcomes({ objects, needs }, failing(2), takesAll);
    expect(brief(outcomes)).toEqual([
      ['failed', 'BlockedBy'],
      ['failed', 'TablePermissionMissing'],
      ['succeeded', ''],
    ]);
  });

  it('REL-39 fails what production refuses, and what needs it', async () => {
    const asked: number[][] = [];
    const refuses: PutOnline = (objects) => {
      asked.push(objects.map(({ number }) => number));
      const refused = objects.filter(({ number }) => number === 1);
      const refusal = toPublishFinding('ProductionRefused', object(1), 'no');
      return Promise.resolve(new Map(refused.map(({ number }) => [number, refusal])));
    };
    const shard = { objects: [object(1), object(2), object(3)], needs: [need(2, 1)] };
    const outcomes = await decideOutcomes(shard, new ShardFindings(), refuses);
    expect(brief(outcomes)).toEqual([
      ['failed', 'ProductionRefused'],
      ['failed', 'BlockedBy'],
      ['succeeded', ''],
    ]);
    expect(asked).toEqual([[1], [3]]);
  });

  it('REL-40 calls a success with warnings one with risks', async () => {
    const findings = new ShardFindings();
    findings.add(1, toPublishFinding('ReferenceOnlyInDevelopment', object(9), 'not there'));
    findings.add(2, toPublishFinding('TablePermissionGranted', object(9), 'granted'));
    const shard = { objects: [object(1), object(2)], needs: [] };
    expect(brief(await decideOutcomes(shard, findings, takesAll))).toEqual([
      ['succeeded with risks', 'ReferenceOnlyInDevelopment'],
      ['succeeded', 'TablePermissionGranted'],
    ]);
  });
});
