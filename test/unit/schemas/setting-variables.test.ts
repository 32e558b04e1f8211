import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { settingFixes, SettingVariables } from '../../../schemas/setting-variables';

describe('SettingVariables', () => {
  const names = Object.keys(SettingVariables.shape);

  it('RUN-32 are all described in the operations page', () => {
    const page = readFileSync(join(__dirname, '../../../docs/operations.md'), 'utf8');
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('have fixes for existing variables only', () => {
    expect(Object.keys(settingFixes).filter((name) => !names.includes(name))).toEqual([]);
  });
});
