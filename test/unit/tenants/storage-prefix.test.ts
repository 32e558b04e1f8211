import { describe, expect, it } from '@jest/globals';
import { incomingPrefix, stagingPrefix, tidiedFolders } from '../../../schemas/ids';
import { ReleaseSettingsChange } from '../../../schemas/tenants/release-settings';

const accepts = (storagePrefix: string): boolean =>
  ReleaseSettingsChange.safeParse({ storagePrefix }).success;

describe('the storage prefix of a tenant', () => {
  it.each(['staging', 'incoming', 'staging/retail', 'incoming/a/b'])(
    'RUN-26 is not %s, which the sweep tidies',
    (prefix) => {
      expect(accepts(prefix)).toBe(false);
    },
  );

  it('REL-2 may look like one', () => {
    expect(['packages', 'stagings', 'a/staging', 'incoming2/x'].filter(accepts)).toHaveLength(4);
  });

  it('RUN-26 names every folder that runs and clients write to', () => {
    const folders = [stagingPrefix('r'), incomingPrefix('i')].map((key) => key.split('/')[0]);
    expect(folders).toEqual(tidiedFolders);
  });
});
