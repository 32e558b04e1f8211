import { describe, expect, it } from '@jest/globals';
import type { AssetDocument } from '../../../schemas/catalog/asset-document';
import {
  identity,
  isDeletion,
  readAssets,
  readChangedAssets,
  readChanges,
  readWorkspaceFile,
} from './read-workspace';

const assets = readAssets();
const changes = readChanges();
const readme = readWorkspaceFile('README.md');

describe('the changes of the example workspace', () => {
  it('RUN-18 are 20 upserts and 3 deletions of different assets', () => {
    expect(changes.filter(isDeletion)).toHaveLength(3);
    expect(changes.filter((change) => !isDeletion(change))).toHaveLength(20);
    expect(new Set(changes.map(identity)).size).toBe(changes.length);
  });

  it('RUN-18 delete only what is there', () => {
    const known = new Set(assets.map(identity));

    expect(changes.filter(isDeletion).filter((change) => !known.has(identity(change)))).toEqual([]);
  });

  it('RUN-18 come in order of time, from June to November 2026', () => {
    const days = changes.map((change) => change.changedAt);

    expect(days).toEqual([...days].sort());
    expect(days[0]).toMatch(/^2026-06/);
    expect(days.at(-1)).toMatch(/^2026-11/);
  });

  it('REL-11 are later than what they change', () => {
    const before = new Map(assets.map((asset) => [identity(asset), asset.changedAt]));
    const early = changes.filter(
      (change) => (before.get(identity(change)) ?? '') >= change.changedAt,
    );

    expect(early.map(identity)).toEqual([]);
  });

  it('REL-11 leave as many assets with their last change in June as the page says', () => {
    const count = readChangedAssets().filter(changedInJune).length;

    expect(readme).toContain(`${count} assets have their last change in June 2026`);
  });

  it('REL-11 take those assets out of June that the page names', () => {
    const after = new Map(readChangedAssets().map((asset) => [identity(asset), asset]));
    const moved = assets.filter((asset) => {
      const last = after.get(identity(asset));
      return changedInJune(asset) && last !== undefined && !changedInJune(last);
    });

    expect(moved).toHaveLength(6);
    for (const asset of moved) expect(readme).toContain(`\`${asset.code}\``);
  });

  it('REL-11 leave assets at both edges of June that UTC would put elsewhere', () => {
    const inUtc = (asset: AssetDocument) => new Date(asset.changedAt).toISOString().slice(0, 7);
    const differing = readChangedAssets().filter(
      (asset) => (inUtc(asset) === '2026-06') !== changedInJune(asset),
    );

    expect(differing.map((asset) => asset.code).sort()).toEqual(['iso_currencies', 'quantity']);
  });
});

// All dates of the workspace carry the offset of the tenant's time zone, which has no summer time.
function changedInJune(asset: AssetDocument): boolean {
  expect(asset.changedAt.endsWith('+08:00')).toBe(true);
  return asset.changedAt.startsWith('2026-06');
}
