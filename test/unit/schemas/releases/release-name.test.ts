import { describe, expect, it } from '@jest/globals';
import {
  ReleaseName,
  defaultReleaseName,
  nameWidth,
} from '../../../../schemas/releases/release-name';

function faultsOf(name: string): unknown[] {
  const parsed = ReleaseName.safeParse(name);
  if (parsed.success) return [];
  return parsed.error.issues.map(
    (issue) => (issue as { params?: { finding?: string } }).params?.finding,
  );
}

describe('release names', () => {
  it('REL-7 appends .dp only where it is missing', () => {
    expect(ReleaseName.parse('june')).toBe('june.dp');
    expect(ReleaseName.parse('june.dp')).toBe('june.dp');
    expect(ReleaseName.parse('零售_六月')).toBe('零售_六月.dp');
  });

  it.each(Array.from('?、/\\"“”<>|:*\n\0'))('REL-7 refuses %j anywhere in a name', (character) => {
    expect(faultsOf(`a${character}b.dp`)).toEqual(['ReleaseNameCharacters']);
  });

  it('REL-7 refuses a leading dot or blank, and a name that is only its extension', () => {
    expect(faultsOf('.hidden')).toEqual(['ReleaseNameStart']);
    expect(faultsOf(' june')).toEqual(['ReleaseNameStart']);
    expect(faultsOf('')).toEqual(['ReleaseNameEmpty']);
  });

  it('REL-7 counts a CJK character as two, .dp included', () => {
    expect(nameWidth('a零カ한Ａ𠀀')).toBe(11);
    expect(faultsOf('a'.repeat(252))).toEqual([]);
    expect(faultsOf('a'.repeat(253))).toEqual(['ReleaseNameTooLong']);
    expect(faultsOf('零'.repeat(126))).toEqual([]);
    expect(faultsOf(`${'零'.repeat(126)}a`)).toEqual(['ReleaseNameTooLong']);
  });

  it('REL-7 reports all faults of a name at once', () => {
    expect(faultsOf(` a*${'零'.repeat(130)}`)).toEqual([
      'ReleaseNameStart',
      'ReleaseNameCharacters',
      'ReleaseNameTooLong',
    ]);
  });

  it('REL-6 makes the default name from the tenant and its local time', () => {
    const now = new Date('2026-06-30T16:05:09Z');
    const name = defaultReleaseName({ name: '零售', timeZone: 'Asia/Shanghai', now });
    expect(name).toBe('零售_20260701000509.dp');
  });

  it('REL-6 makes a default name that is allowed, whatever the tenant is called', () => {
    const now = new Date('2026-06-30T16:05:09Z');
    for (const tenant of ['.a/b:c*', '零'.repeat(100), ' ', '“quoted”', 'x'.repeat(300)]) {
      const name = defaultReleaseName({ name: tenant, timeZone: 'UTC', now });
      expect(faultsOf(name)).toEqual([]);
      expect(name).toMatch(/_20260630160509\.dp$/);
    }
  });
});
