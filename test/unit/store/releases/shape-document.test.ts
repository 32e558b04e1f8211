import { describe, expect, it } from '@jest/globals';
import { assetTypeCodes } from '../../../../schemas/catalog/asset-types';
import { ExportSettings } from '../../../../schemas/releases/export-settings';
import { documentShaper } from '../../../../store/releases/shape-document';

const clearing = ExportSettings.parse({ connectionInformation: { dataSources: 'clear' } });

describe('documents on their way into a package', () => {
  it('REL-14 drops team accounts of quality rules and keeps personal ones', () => {
    const shape = documentShaper('quality_rule', clearing);
    const rule = {
      code: 'r',
      owner: 'team-data',
      definition: { kind: 'k', owners: ['li', 'team:x', 'Team-Y', 'teamster', 7] },
    };
    expect(shape?.(rule)).toEqual({
      code: 'r',
      owner: null,
      definition: { kind: 'k', owners: ['li', 'teamster', 7] },
    });
    expect(shape?.({ owner: 'li', definition: {} })).toEqual({ owner: 'li', definition: {} });
  });

  it('REL-6 clears connections of the kind of source that the draft says, and of no other', () => {
    const source = { definition: { connection: { host: 'h' }, engine: 'e' } };
    expect(documentShaper('data_source', clearing)?.(source)).toEqual({
      definition: { connection: null, engine: 'e' },
    });
    expect(documentShaper('compute_source', clearing)?.(source)).toEqual(source);
  });

  it('REL-44 never packs configuration files of sources', () => {
    const source = { definition: { configurationFiles: [{ name: 'core-site.xml' }] } };
    expect(documentShaper('compute_source', ExportSettings.parse({}))?.(source)).toEqual({
      definition: { configurationFiles: null },
    });
  });

  it('REL-18 lets every other type travel as it was hashed', () => {
    const shaped = assetTypeCodes.filter((type) => documentShaper(type, clearing) !== undefined);
    expect(shaped).toEqual(['compute_source', 'data_source', 'quality_rule']);
  });
});
