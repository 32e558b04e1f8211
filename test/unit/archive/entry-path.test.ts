import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findPathFaults } from '../../../archive/entry-name-rules';
import { createPathAllocator, encodePathPart, foldPath } from '../../../archive/entry-path';

describe('encodePathPart', () => {
  it.each([
    ['plain-name_1.v2', 'plain-name_1.v2'],
    ['订单.明细', '订单.明细'],
    ['A/B: sum', 'A%2FB%3A%20sum'],
    ['..', '%2E%2E'],
    ['.hidden', '%2Ehidden'],
    ['end.', 'end%2E'],
    ['a\\b', 'a%5Cb'],
    ['nul\u0000', 'nul%00'],
    ['', '%00'],
    ['100%', '100%25'],
    ['~tenant', '%7Etenant'],
    ['con', '%63on'],
    ['COM1.log', '%43OM1.log'],
    ['e\u0301', 'e%CC%81'],
    ['\u{1f600}', '%F0%9F%98%80'],
  ])('RUN-19 makes of %j the part %s', (name, part) => {
    expect(encodePathPart(name)).toBe(part);
  });

  it('RUN-19 keeps long names under 232 bytes, whole characters and apart', () => {
    const parts = [
      '汉'.repeat(300),
      '汉'.repeat(301),
      '/'.repeat(300),
      'a'.repeat(231),
      'a'.repeat(232),
    ].map(encodePathPart);
    expect(new Set(parts).size).toBe(5);
    for (const part of parts) {
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(231);
      expect(() => decodeURIComponent(part)).not.toThrow();
    }
    expect(parts[3]).toBe('a'.repeat(231));
  });

  it('RUN-19 gives parts that its own reader accepts, whatever things are called', () => {
    for (const name of hostileNames()) {
      expect(findPathFaults(`ddl/${encodePathPart(name)}.sql`)).toEqual([]);
    }
  });
});

describe('createPathAllocator', () => {
  it('RUN-19 numbers names that differ only in case or Unicode form', () => {
    const paths = createPathAllocator();
    const allocated = ['Sum', 'sum', 'SUM', 'sum-2', '\u00e9', '\uff53um', 'straße', 'STRASSE'].map(
      (name) => paths.allocateFile('ddl/p', name, '.sql'),
    );
    expect(allocated).toEqual([
      'ddl/p/Sum.sql',
      'ddl/p/sum-2.sql',
      'ddl/p/SUM-3.sql',
      'ddl/p/sum-2-2.sql',
      'ddl/p/é.sql',
      'ddl/p/\uff53um-4.sql',
      'ddl/p/straße.sql',
      'ddl/p/STRASSE-2.sql',
    ]);
    expect(new Set(allocated.map(foldPath)).size).toBe(allocated.length);
  });

  it('RUN-19 gives a folder one path, and another to a name that differs only in case', () => {
    const paths = createPathAllocator();
    expect(paths.allocateFolder('ddl', 'Sales')).toBe('ddl/Sales');
    expect(paths.allocateFolder('ddl', 'Sales')).toBe('ddl/Sales');
    expect(paths.allocateFolder('ddl', 'sales')).toBe('ddl/sales-2');
  });

  it('RUN-19 stays fast when thousands of names collide', () => {
    const paths = createPathAllocator();
    const allocated = Array.from({ length: 20_000 }, () => paths.allocateFile('', 'same'));
    expect(new Set(allocated).size).toBe(20_000);
    expect(allocated.at(-1)).toBe('same-20000');
  });
});

function hostileNames(): string[] {
  const characters = Array.from({ length: 0x300 }, (_, code) => String.fromCodePoint(code));
  const real = path.resolve(__dirname, '../../../../shared/real/names/paths-zh.txt');
  return [
    ...characters,
    ...characters.map((c) => `..${c}`),
    '\ud800',
    'aux',
    'lpt9.x',
    '../../etc',
    ...readLines(real),
  ];
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return ['数据/订单 明细.sql'];
  }
}
