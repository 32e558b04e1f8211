import { describe, expect, it } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import { collectOverride } from '../../../../cli/kit/read-override';

describe('the option --override', () => {
  it('RUN-15 RUN-24 reads a code, an object and a reason', () => {
    const first = collectOverride('SecretSuspected=a sample, as x=1 shows');
    const second = collectOverride('SecretSuspected@shell/sales/a/b=known', first);
    const third = collectOverride('ProjectMissing@project//sales=made later', second);

    expect(third).toEqual([
      { code: 'SecretSuspected', reason: 'a sample, as x=1 shows' },
      {
        code: 'SecretSuspected',
        object: { type: 'shell', project: 'sales', code: 'a/b' },
        reason: 'known',
      },
      {
        code: 'ProjectMissing',
        object: { type: 'project', project: null, code: 'sales' },
        reason: 'made later',
      },
    ]);
  });

  it.each(['SecretSuspected', 'SecretSuspected@shell=x'])('RUN-15 refuses %s', (value) => {
    expect(() => collectOverride(value)).toThrow(InvalidArgumentError);
  });
});
