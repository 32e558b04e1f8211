import { describe, expect, it } from '@jest/globals';
import { canonicalize } from '../../../archive/canonical-json';
import { documentMembers, scanDocument } from '../../../archive/document-scanner';

const whole = {
  changedAt: '2026-06-01T08:00:00Z',
  changedBy: null,
  code: 'a',
  definition: {
    list: [1, -2, true, false, null, 'x\n\\"'],
    nested: { ' ': 0, '!': 1, a: {}, aa: [] },
  },
  labels: {},
  name: '订单 \u{1f600}',
  owner: null,
  project: 'p',
  references: [],
  segment: null,
  type: 'shell',
};

/** The places of the members, or undefined. */
function scan(text: string, before = ''): Record<string, string> | undefined {
  const bytes = Buffer.from(`${before}${text}\n`, 'utf8');
  const spans = new Int32Array(24);
  const start = Buffer.byteLength(before);
  if (!scanDocument(bytes, { start, end: bytes.length - 1 }, spans)) return undefined;
  return Object.fromEntries(
    documentMembers.map((name, index) => [
      name,
      bytes.toString('utf8', spans[2 * index], spans[2 * index + 1]),
    ]),
  );
}

describe('scanDocument', () => {
  it('REL-25 finds the members of a canonical document wherever the line stands', () => {
    const values = Object.fromEntries(
      Object.entries(whole).map(([name, value]) => [name, canonicalize(value)]),
    );
    expect(scan(canonicalize(whole))).toEqual(values);
    expect(scan(canonicalize(whole), 'line before\n')).toEqual(values);
  });

  it.each([
    ['a member too many', { ...whole, extra: 1 }],
    ['a member too few', { ...whole, name: undefined }],
    ['a fraction', { ...whole, definition: { a: 0.5 } }],
    ['an exponent', { ...whole, definition: { a: 1e21 } }],
    ['a long number', { ...whole, definition: { a: 12345678901234567 } }],
    ['a control character', { ...whole, name: '\u0001' }],
    ['a name beyond ASCII', { ...whole, definition: { 订: 1 } }],
  ])('REL-25 leaves a line with %s to the parser', (_, document) => {
    expect(scan(canonicalize(document))).toBeUndefined();
  });

  const line = canonicalize(whole);
  it.each([
    ['a blank', line.replace('"labels":{}', '"labels": {}')],
    ['members in another order', line.replace('"a":{},"aa":[]', '"aa":[],"a":{}')],
    ['a member twice', line.replace('"a":{},"aa":[]', '"a":{},"a":[]')],
    ['a longer name first', line.replace('" ":0,"!":1', '"!":1," ":0')],
    ['an escape that is not needed', line.replace('"code":"a"', '"code":"\\u0061"')],
    ['an escaped slash', line.replace('"code":"a"', '"code":"\\/"')],
    ['a leading zero', line.replace('[1,', '[01,')],
    ['minus zero', line.replace('[1,', '[-0,')],
    ['a number that is none', line.replace('[1,', '[-,')],
    ['a missing item', line.replace('[1,', '[,')],
    ['a word that is none', line.replace('true', 'trux')],
    ['an end that is missing', line.slice(0, -1)],
    ['something behind it', `${line} `],
    ['a text without end', line.slice(0, line.indexOf('"name"') + 9)],
    ['nothing', ''],
  ])('REL-25 never takes %s for canonical', (_, text) => {
    expect(scan(text)).toBeUndefined();
  });

  it('REL-25 takes for canonical nothing that would be written otherwise', () => {
    const bytes = Buffer.from(`${line}\n`, 'utf8');
    const spans = new Int32Array(24);
    let accepted = 0;
    for (let offset = 0; offset < bytes.length - 1; offset++) {
      for (const byte of [0x20, 0x22, 0x2c, 0x30, 0x3a, 0x5c, 0x5d, 0x61, 0x7d]) {
        const changed = Buffer.from(bytes);
        changed[offset] = byte;
        if (!scanDocument(changed, { start: 0, end: changed.length - 1 }, spans)) continue;
        accepted++;
        const text = changed.toString('utf8').slice(0, -1);
        if (!text.includes('\ufffd')) expect(canonicalize(JSON.parse(text))).toBe(text);
      }
    }
    expect(accepted).toBeGreaterThan(100);
  });
});
