import { describe, expect, it } from '@jest/globals';
import { isPlainDocument } from '../../../../activities/imports/fast-document';
import { canonicalize } from '../../../../archive/canonical-json';
import { findAssetType } from '../../../../schemas/catalog/asset-types';
import { readDocument } from '../../../../store/catalog/read-document';
import { hasRealData, readRealCatalog } from '../../../support/real-data';

const keep = (_: unknown, definition: Readonly<Record<string, unknown>>) => ({
  definition,
  secrets: { sealed: null, mac: null, keep: false },
});

const whole = {
  changedAt: '2026-06-01T08:00:00+08:00',
  changedBy: 'user-b',
  code: 'load',
  definition: { sql: 'select 1' },
  labels: { team: '订单' },
  name: 'Load',
  owner: null,
  project: 'orders',
  references: [{ code: 'f', project: '', role: 'calls', type: null }],
  segment: null,
  type: 'shell',
};

function isPlain(document: object, type = 'shell'): boolean {
  const line = Buffer.from(`${canonicalize(document)}\n`, 'utf8');
  const expected = {
    quoted: Buffer.from(`"${type}"`),
    hasProject: findAssetType(type)?.scope === 'project',
  };
  return isPlainDocument(
    line,
    { start: 0, end: line.length - 1 },
    { spans: new Int32Array(24), expected },
  );
}

function read(document: object): { body: string | undefined } | 'faults' {
  const bytes = Buffer.from(canonicalize(document), 'utf8');
  const reading = readDocument({ number: 1, bytes }, keep);
  return 'faults' in reading ? 'faults' : { body: reading.document.content?.body };
}

describe('isPlainDocument', () => {
  it('REL-29 recognises a valid document', () => {
    expect(isPlain(whole)).toBe(true);
    expect(isPlain({ ...whole, name: '', references: [], labels: {}, project: null })).toBe(true);
    expect(isPlain({ ...whole, name: 'A "b" \\ c' })).toBe(true);
    expect(isPlain({ ...whole, code: '装载', name: 'é', owner: '订单' })).toBe(true);
  });

  it.each<[string, object]>([
    ['another type', { type: 'python' }],
    ['a code that is empty', { code: '' }],
    ['a code with a control character', { code: 'a\u0085b' }],
    ['a code with DEL', { code: 'a\u007fb' }],
    ['a code with an escape', { code: 'a"b' }],
    ['a code that is long', { code: 'x'.repeat(256) }],
    ['a project that is empty', { project: '' }],
    ['an owner that is empty', { owner: '' }],
    ['a name that is null', { name: null }],
    ['a name with a line feed', { name: 'a\nb' }],
    ['a day that is none', { changedAt: '2026-02-30T00:00:00Z' }],
    ['a time without zone', { changedAt: '2026-06-01T08:00:00' }],
    ['a label that is no text', { labels: { a: 1 } }],
    ['a list for labels', { labels: [] }],
    ['a definition that is a list', { definition: [] }],
    ['a reference without code', { references: [{ role: 'calls' }] }],
    ['a reference with an empty type', { references: [{ code: 'f', role: 'a', type: '' }] }],
    ['a reference with a control character', { references: [{ code: '\u0085', role: 'a' }] }],
    ['a reference that is a text', { references: ['f'] }],
    ['references that are an object', { references: {} }],
  ])('REL-29 leaves %s to the parser', (_, given) => {
    expect(isPlain({ ...whole, ...given })).toBe(false);
  });

  it('REL-29 leaves a tenant-wide object in a project to the parser', () => {
    expect(isPlain({ ...whole, type: 'data_standard' }, 'data_standard')).toBe(false);
    expect(isPlain({ ...whole, type: 'data_standard', project: null }, 'data_standard')).toBe(true);
  });

  (hasRealData ? it : it.skip)(
    'REL-29 recognises nearly all real documents, and none that the catalog refuses or rewrites',
    async () => {
      let plain = 0;
      let all = 0;
      for await (const document of readRealCatalog('standards-and-metrics')) {
        all++;
        if (!isPlain(document, document.type)) continue;
        plain++;
        // Each takes long: a sample.
        if (plain % 50 === 0) expect(read(document)).toEqual({ body: canonicalize(document) });
      }
      expect(plain / all).toBeGreaterThan(0.99);
    },
  );
});
