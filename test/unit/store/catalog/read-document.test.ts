import { describe, expect, it } from '@jest/globals';
import type { DocumentFault } from '../../../../schemas/catalog/document-fault';
import { createSecretsCutter } from '../../../../store/catalog/asset-secrets';
import { readDocument, type ReadDocument } from '../../../../store/catalog/read-document';

const cutSecrets = createSecretsCutter({ encryptionKey: Buffer.alloc(32, 1), tenantId: 1 });

const good = {
  type: 'compute_task',
  project: 'orders',
  code: 'daily',
  name: 'Daily',
  changedAt: '2026-06-01T08:00:00+08:00',
  definition: { b: 1, a: [1.0, 1e21, -0] },
};

function read(given: unknown): { document?: ReadDocument; faults?: DocumentFault[] } {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return readDocument({ number: 9, bytes: Buffer.from(text) }, cutSecrets);
}

function codes(given: unknown): string[] | undefined {
  return read(given).faults?.map((fault) => fault.code);
}

describe('reading a document line', () => {
  it('RUN-17 makes the canonical JSON of the whole document, what is left out filled in', () => {
    expect(read(good).document?.content?.body).toBe(
      '{"changedAt":"2026-06-01T08:00:00+08:00","changedBy":null,"code":"daily",' +
        '"definition":{"a":[1,1e+21,0],"b":1},"labels":{},"name":"Daily","owner":null,' +
        '"project":"orders","references":[],"segment":null,"type":"compute_task"}',
    );
  });

  it('RUN-17 keeps members of references that it does not know', () => {
    const references = [{ role: 'reads', code: 'x', note: 'why', __proto__x: 1 }];
    expect(read({ ...good, references }).document?.content?.body).toContain('"note":"why"');
  });

  it('RUN-17 keeps members with odd names in the definition', () => {
    const line = JSON.stringify(good).replace('"b":1', '"__proto__":{"x":1},"10":1,"9":2');
    expect(read(line).document?.content?.body).toContain('{"10":1,"9":2,"__proto__":{"x":1},"a"');
  });

  it.each([
    ['2026-06-01T08:00:00+08:00', 1780272000000000n],
    ['2026-06-01T00:00:00.123456789Z', 1780272000123456n],
    ['2026-06-01T00:00:00.5Z', 1780272000500000n],
    ['1969-12-31T23:59:59.999999Z', -1n],
  ])('RUN-18 reads %s to the microsecond', (changedAt, expected) => {
    expect(read({ ...good, changedAt }).document?.changedAt).toBe(expected);
  });

  it('RUN-18 reads a deletion', () => {
    const { type, project, code, changedAt } = good;
    const { document } = read({ type, project, code, changedAt, deleted: true });
    expect(document).toMatchObject({ line: 9, code: 'daily', content: null });
  });

  it.each([
    ['no JSON', '{"type":', ['LineNotJson']],
    ['a list', '[]', ['LineNotJson']],
    ['a NUL character', { ...good, definition: { a: { b: ['x\0'] } } }, ['TextHasNul']],
    ['a NUL in a name of a member', { ...good, definition: { 'a\0': 1 } }, ['TextHasNul']],
    ['half a pair', JSON.stringify(good).replace('"b"', '"\\uD800"'), ['TextNotUnicode']],
    ['an unknown type', { ...good, type: 'spreadsheet' }, ['AssetTypeUnknown']],
    ['no type', { ...good, type: 7 }, ['DocumentInvalid']],
    ['a project where none belongs', { ...good, type: 'data_source' }, ['ProjectUnexpected']],
    ['a name of 256 characters', { ...good, name: 'n'.repeat(256) }, ['DocumentInvalid']],
    ['a code of two lines', { ...good, code: 'a\nb' }, ['DocumentInvalid']],
    ['an empty code', { ...good, code: '' }, ['DocumentInvalid']],
    ['an empty project', { ...good, project: '' }, ['DocumentInvalid']],
    ['a day that is none', { ...good, changedAt: '2026-02-30T00:00:00Z' }, ['DocumentInvalid']],
    ['a time without offset', { ...good, changedAt: '2026-02-03T00:00:00' }, ['DocumentInvalid']],
    ['an unknown member', { ...good, segement: 's' }, ['DocumentInvalid']],
    ['labels that are no texts', { ...good, labels: { a: 1 } }, ['DocumentInvalid']],
    ['a definition that is a list', { ...good, definition: [] }, ['DocumentInvalid']],
    ['a reference without role', { ...good, references: [{ code: 'x' }] }, ['DocumentInvalid']],
    ['deleted that is not true', { ...good, deleted: 1 }, ['DocumentInvalid']],
    [
      'several faults',
      { ...good, type: 'data_source', name: 1, owner: 2, definition: { a: '\0' } },
      ['DocumentInvalid', 'DocumentInvalid', 'ProjectUnexpected', 'TextHasNul'],
    ],
  ])('RUN-18 refuses %s', (_, given, expected) => {
    expect(codes(given)).toEqual(expected);
  });

  it('RUN-18 takes the six characters of an escaped NUL and whole pairs as they are', () => {
    const definition = { a: '\\u0000', b: '\\ud800', c: '𠮷' };
    expect(read({ ...good, definition }).document).toBeDefined();
    const escaped = JSON.stringify(good).replace('"b"', '"\\ud842\\udfb7"');
    expect(read(escaped).document?.content?.body).toContain('"𠮷":1');
  });

  it('RUN-18 refuses bytes that are not UTF-8, and lines that were too long', () => {
    const bytes = Buffer.concat([Buffer.from(JSON.stringify(good)), Buffer.of(0xc3)]);
    expect(readDocument({ number: 1, bytes }, cutSecrets)).toMatchObject({
      faults: [{ line: 1, code: 'LineNotUtf8' }],
    });
    expect(readDocument({ number: 2, bytes: null }, cutSecrets)).toMatchObject({
      faults: [{ line: 2, code: 'LineTooLong' }],
    });
  });

  it('RUN-20 cuts the secret members of a type out of the body, and only those', () => {
    const definition = { authentication: { password: 'pw-1' }, connection: 'c' };
    const secret = { ...good, type: 'data_source', project: null, definition };
    const content = read(secret).document?.content;
    expect(content?.body).toContain('"definition":{"authentication":null,"connection":"c"}');
    expect(content?.secrets.sealed?.toString('latin1')).not.toContain('pw-1');
    expect(read({ ...good, definition }).document?.content?.body).toContain('pw-1');
  });
});
