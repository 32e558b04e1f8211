import { describe, expect, it } from '@jest/globals';
import { isPipelineError } from '../../../../schemas/pipeline-error';
import { checkDraft, type DraftPlace } from '../../../../store/releases/check-draft';

const everything = ['tag', 'standard', 'quality', 'security'];
const incremental = {
  method: 'incremental',
  changed: { from: '2026-06-01', to: '2026-06-30' },
  categories: ['development'],
  projects: ['p'],
};

/** No package can be continued here. */
const place = (features: readonly string[]): DraftPlace => ({
  features,
  findBase: (named) =>
    Promise.resolve({
      findings: [
        {
          ...{ code: 'BaseNotFound', severity: 'error', reason: named, fix: '' },
          overridable: false,
        },
      ],
    }),
});

async function codesOf(draft: unknown, features = everything): Promise<string[]> {
  try {
    await checkDraft(draft, place(features));
    return [];
  } catch (error) {
    if (!isPipelineError(error, 'DraftInvalid')) throw error;
    return error.findings.map((finding) => finding.code);
  }
}

describe('the check of a draft', () => {
  it('REL-6 clears authentication and keeps connections unless said otherwise', async () => {
    expect((await checkDraft({ exportSettings: {} }, place([]))).exportSettings).toEqual({
      createTableStatements: false,
      connectionInformation: { computeSources: 'keep', dataSources: 'keep' },
      authenticationInformation: { computeSources: 'clear', dataSources: 'clear' },
      keepAuthenticationConfirmed: false,
    });
  });

  it('REL-6 wants keeping authentication to be confirmed', async () => {
    const authenticationInformation = { dataSources: 'keep' };
    expect(await codesOf({ exportSettings: { authenticationInformation } })).toEqual([
      'AuthenticationNotConfirmed',
    ]);
    expect(
      await codesOf({
        exportSettings: { authenticationInformation, keepAuthenticationConfirmed: true },
      }),
    ).toEqual([]);
  });

  it('REL-6 takes a description of 64 characters and no more', async () => {
    expect(await codesOf({ description: '述'.repeat(64) })).toEqual([]);
    expect(await codesOf({ description: 'x'.repeat(65) })).toHaveLength(1);
  });

  it('REL-8 demands a project and a type, and dates in their order', async () => {
    expect(await codesOf({ scope: incremental })).toEqual([]);
    expect(await codesOf({ scope: { ...incremental, projects: [] } })).toHaveLength(1);
    expect(await codesOf({ scope: { ...incremental, categories: [] } })).toEqual([
      'ScopeTypesMissing',
    ]);
    expect(await codesOf({ scope: { ...incremental, changed: 'all' } })).toEqual([]);
    expect(
      await codesOf({
        scope: { ...incremental, changed: { from: '2026-07-01', to: '2026-06-30' } },
      }),
    ).toHaveLength(1);
    expect(
      await codesOf({
        scope: { ...incremental, changed: { from: '2026-06-31', to: '2026-07-01' } },
      }),
    ).toHaveLength(1);
    expect(await codesOf({ scope: { method: 'full', projects: ['p'] } })).toEqual(['InputUnknown']);
    expect(await codesOf({ scope: { method: 'objects', objects: [] } })).toHaveLength(1);
  });

  it('REL-9 lets the scope be chosen later', async () => {
    expect((await checkDraft({ scope: { method: 'incremental' } }, place([]))).scope).toEqual({
      method: 'incremental',
    });
  });

  it('REL-14 offers no category whose feature is off', async () => {
    const scope = { ...incremental, categories: ['tag', 'data_quality'], types: ['root_word'] };
    expect(await codesOf({ scope }, ['quality'])).toEqual([
      'CategoryNotOffered',
      'CategoryNotOffered',
    ]);
    expect(await codesOf({ scope }, everything)).toEqual([]);
  });

  it('REL-13 offers detection features where data security is off', async () => {
    const scope = { ...incremental, categories: [], types: ['detection_feature'] };
    expect(await codesOf({ scope }, [])).toEqual([]);
  });

  it('REL-7 reports the faults of every group at once', async () => {
    expect(
      await codesOf(
        {
          name: '.a*b',
          description: 'x'.repeat(65),
          exportSettings: { authenticationInformation: { computeSources: 'keep' } },
          scope: { ...incremental, categories: ['tag'] },
          colour: 'red',
        },
        [],
      ),
    ).toEqual([
      'ReleaseNameStart',
      'ReleaseNameCharacters',
      'InputInvalid',
      'AuthenticationNotConfirmed',
      'InputUnknown',
      'CategoryNotOffered',
    ]);
  });
});
