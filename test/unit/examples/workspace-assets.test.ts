import { describe, expect, it } from '@jest/globals';
import {
  assetCategories,
  assetTypeCodes,
  findAssetType,
  type AssetTypeCode,
} from '../../../schemas/catalog/asset-types';
import type { AssetDocument } from '../../../schemas/catalog/asset-document';
import {
  danglingReferences,
  identity,
  isDeletion,
  readAssets,
  readCategory,
  readChangedAssets,
  readChanges,
  readWorkspaceFile,
} from './read-workspace';

const assets = readAssets();
const readme = readWorkspaceFile('README.md');

describe('the assets of the example workspace', () => {
  it.each(assetCategories)('RUN-18 %s.ndjson holds valid documents of its category', (category) => {
    const found = readCategory(category);

    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((asset) => findAssetType(asset.type)?.category))).toEqual(
      new Set([category]),
    );
  });

  it('REL-15 has every one of the 52 types', () => {
    expect([...new Set(assets.map((asset) => asset.type))].sort()).toEqual(assetTypeCodes);
  });

  it('REL-15 has a project on project types and on no other', () => {
    const misplaced = assets.filter(
      (asset) => (findAssetType(asset.type)?.scope === 'project') !== (asset.project !== null),
    );

    expect(misplaced.map(identity)).toEqual([]);
  });

  it('RUN-17 is about 300 assets with unique identities, as many as its page says', () => {
    const identities = new Set(assets.map(identity));

    expect(identities.size).toBe(assets.length);
    expect(assets.length).toBeGreaterThanOrEqual(280);
    expect(assets.length).toBeLessThanOrEqual(340);
    expect(readme).toContain(`${assets.length} assets of all 52 types`);
  });

  it('REL-12 puts assets into projects and data segments that exist', () => {
    const codes = (type: AssetTypeCode) =>
      new Set(assets.filter((asset) => asset.type === type).map((asset) => asset.code));
    const projects = codes('project');
    const segments = codes('data_segment');

    const lost = [...assets, ...readChangedAssets()].filter(
      (asset) =>
        (asset.project !== null && !projects.has(asset.project)) ||
        (asset.segment !== null && !segments.has(asset.segment)),
    );

    expect(lost.map(identity)).toEqual([]);
  });

  it('REL-44 has exactly the dangling references that its page lists', () => {
    expect(danglingReferences(assets).sort()).toEqual(listedDanglingReferences().sort());
  });

  it('REL-44 has one dangling reference fewer after the changes', () => {
    const left = new Set(danglingReferences(readChangedAssets()));
    const mended = listedDanglingReferences().filter((reference) => !left.has(reference));

    expect(mended).toEqual([
      'quality_rule retail_dws sales.gift_card_day/card_not_null | checks | any retail_dws sales.gift_card_day',
    ]);
    expect(left.size).toBe(listedDanglingReferences().length - 1);
  });

  it.each([
    [
      'logical_dimension_table retail_dim customer',
      'logical_fact_table retail_dwd sales.order_header',
    ],
    ['business_object - customer', 'business_object - loyalty_account'],
  ])('REL-37 has the cycle of %s and %s', (one, other) => {
    expect(referencesOf(one)).toContain(other);
    expect(referencesOf(other)).toContain(one);
  });

  it('REL-6 has columns in every table that statements are made from', () => {
    const tables = assets.filter((asset) => findAssetType(asset.type)?.table === true);

    expect(tables.filter((asset) => !hasColumns(asset)).map(identity)).toEqual([]);
    expect(tables.length).toBeGreaterThan(30);
  });

  it('REL-14 has quality rules of people, of teams, and of both', () => {
    const owners = assets
      .filter((asset) => asset.type === 'quality_rule')
      .map((asset) => [asset.owner ?? '', ...(asset.definition['owners'] as string[])]);
    const isTeam = (owner: string) => owner.startsWith('team-');

    expect(owners.some((some) => some.every(isTeam))).toBe(true);
    expect(owners.some((some) => !some.some(isTeam))).toBe(true);
    expect(owners.some((some) => some.some(isTeam) && !some.every(isTeam))).toBe(true);
  });

  it.each([
    ['quality_rule', 'checks'],
    ['detection_result', 'about'],
    ['offline_tag', 'dataset'],
    ['offline_dataset', 'entity_id'],
    ['compute_task', 'schedule'],
    ['compute_task', 'writes'],
  ])('REL-12 has on every %s one reference with role %s', (type, role) => {
    const without = assets.filter(
      (asset) =>
        asset.type === type && asset.references.filter((one) => one.role === role).length !== 1,
    );

    expect(without.map(identity)).toEqual([]);
  });

  it('RUN-17 has names of both scripts in every category', () => {
    const withChinese = assetCategories.filter((category) =>
      readCategory(category).some((asset) => /\p{Script=Han}/u.test(asset.name)),
    );

    expect(withChinese).toEqual([...assetCategories]);
  });
});

describe('the planted secrets of the example workspace', () => {
  const every = [
    ...assets,
    ...readChanges().flatMap((change) => (isDeletion(change) ? [] : change)),
  ];

  it('RUN-20 stand in every source and key, and in two of the global variables', () => {
    const bare = every.filter((asset) => {
      const fields = findAssetType(asset.type)?.secretFields ?? [];
      return fields.length > 0 && !JSON.stringify(secretsOf(asset)).includes('PLANTED-');
    });

    expect(new Set(bare.map((asset) => asset.type))).toEqual(new Set(['global_variable']));
    expect(every.filter((asset) => asset.definition['secretValue'] !== undefined)).toHaveLength(2);
  });

  it('RUN-20 stand nowhere else', () => {
    const leaking = every.filter((asset) => {
      const fields = new Set(findAssetType(asset.type)?.secretFields ?? []);
      const rest = Object.entries(asset.definition).filter(([name]) => !fields.has(name));
      return JSON.stringify({ ...asset, definition: rest }).includes('PLANTED-');
    });

    expect(leaking.map(identity)).toEqual([]);
  });

  it('REL-26 leave one token in free text, which a detection feature finds', () => {
    const feature = assets.find((asset) => asset.code === 'shop_api_token');
    const pattern = new RegExp(feature?.definition['regex'] as string);

    const found = assets.filter((asset) => pattern.test(JSON.stringify(asset.definition['body'])));

    expect(found.map(identity)).toEqual(['shell retail_ops push_price_list']);
  });
});

function secretsOf(asset: {
  type: string;
  definition: Readonly<Record<string, unknown>>;
}): unknown[] {
  return (findAssetType(asset.type)?.secretFields ?? []).map((field) => asset.definition[field]);
}

function hasColumns(asset: AssetDocument): boolean {
  const columns = asset.definition['columns'];
  return Array.isArray(columns) && columns.length > 0;
}

function referencesOf(of: string): string[] {
  return assets.find((asset) => identity(asset) === of)?.references.map(identity) ?? [];
}

function listedDanglingReferences(): string[] {
  const row = /^\| `(\S+)` `(\S+)` `(\S+)` +\| (\w+) +\| `(\S+)` `(\S+)` `(\S+)`/gm;
  return [...readme.matchAll(row)].map((match) => {
    const [, type, project, code, role, toType, toProject, toCode] = match;
    return `${type} ${project} ${code} | ${role} | ${toType} ${toProject} ${toCode}`;
  });
}
