import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failures } from '../../../schemas/failures';
import { renderFailures } from '../../../tools/docs/render-failures';

const page = path.resolve(__dirname, '../../../docs/failures.md');

describe('docs/failures.md', () => {
  it('RUN-15 is what the catalogues say; mend it with npm run docs:failures', () => {
    expect(readFileSync(page, 'utf8')).toBe(renderFailures());
  });

  it('RUN-15 tells of every failure what to do', () => {
    const lacking = Object.entries(failures).filter(([, { fix }]) => !/\p{L}/u.test(fix));
    expect(lacking).toEqual([]);
  });
});
