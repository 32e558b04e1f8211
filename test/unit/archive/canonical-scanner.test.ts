import { isUtf8 } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { canonicalize } from '../../../archive/canonical-json';
import { CanonicalScanner } from '../../../archive/canonical-scanner';
import { makeAsset } from './make-package';

const identity = { type: 'shell', project: 'sales', code: 'a' };
const scanner = new CanonicalScanner();

describe('CanonicalScanner', () => {
  it.each<[string, object]>([
    ['an asset', makeAsset('shell', 'sales', 'a')],
    ['no project', makeAsset('shell', null, 'a')],
    [
      'numbers, literals, nesting',
      {
        ...identity,
        definition: [0, -1, 123456789012345, true, false, null, [], {}, [[1], { a: { b: 1 } }]],
      },
    ],
    ['escapes', { ...identity, note: '"\\\b\f\n\r\t/ 订单 \u{1f600} \u007f' }],
    ['names that begin alike', { ...identity, a: { a: 1, aa: 2, ab: 3, b: 4, '': 5 } }],
  ])('REL-25 recognises %s', (_what, value) => {
    const { type, project, code } = value as typeof identity;
    expect(scan(canonicalize(value))).toEqual({ type, project, code });
  });

  it.each([
    ['blanks', '{"code":"a", "project":"p","type":"t"}'],
    ['names out of order', '{"project":"p","code":"a","type":"t"}'],
    ['a name twice', '{"code":"a","code":"a","project":"p","type":"t"}'],
    ['no identity', '{"code":"a","type":"t"}'],
    ['a code that is null', '{"code":null,"project":"p","type":"t"}'],
    ['a code that is a number', '{"code":1,"project":"p","type":"t"}'],
    ['an escaped slash', '{"code":"a\\/","project":"p","type":"t"}'],
    ['a long escape', '{"code":"a","name":"\\u0041","project":"p","type":"t"}'],
    ['minus zero', '{"code":"a","n":-0,"project":"p","type":"t"}'],
    ['a leading zero', '{"code":"a","n":01,"project":"p","type":"t"}'],
    ['a fraction', '{"code":"a","n":1.0,"project":"p","type":"t"}'],
    ['an exponent', '{"code":"a","n":1e2,"project":"p","type":"t"}'],
    ['a long integer', '{"code":"a","n":12345678901234567890,"project":"p","type":"t"}'],
    ['an open list', '{"code":"a","n":[1,"project":"p","type":"t"}'],
    ['a trailing comma', '{"code":"a","n":[1,],"project":"p","type":"t"}'],
    ['more behind it', '{"code":"a","project":"p","type":"t"}}'],
    ['a cut line', '{"code":"a","project":"p","type":"t'],
    ['a list', '[]'],
    ['nothing', ''],
    ['a control character', '{"code":"a\t","project":"p","type":"t"}'],
    ['depth', `{"code":"a","n":${'['.repeat(5000)}${']'.repeat(5000)},"project":"p","type":"t"}`],
  ])('REL-25 is not sure of %s', (_what, line) => {
    expect(scan(line)).toBeUndefined();
  });

  it('REL-25 never takes a line for canonical that is not', () => {
    const lines = [
      makeAsset('shell', 'sales', 'a'),
      { ...identity, a: { '10': 1, '9': [0, -5, 1.5, 1e21] }, n: null, s: '\u0000"\\\n' },
    ].map((value) => Buffer.from(canonicalize(value)));
    let recognised = 0;
    for (const line of lines) {
      for (let at = 0; at < line.length; at++) {
        for (const byte of Buffer.from('"\\{}[],:0-1aetn .')) {
          for (const changed of [
            replace(line, at, [byte]),
            insert(line, at, [byte]),
            replace(line, at, []),
          ]) {
            const found = isUtf8(changed) ? scanner.scan(changed, 0, changed.length) : undefined;
            if (found === undefined) continue;
            recognised++;
            const text = changed.toString('utf8');
            const value = JSON.parse(text) as typeof identity;
            expect(canonicalize(value)).toBe(text);
            expect(found).toEqual({ type: value.type, project: value.project, code: value.code });
          }
        }
      }
    }
    expect(recognised).toBeGreaterThan(1000);
  });
});

function scan(line: string): unknown {
  // Bytes around the line must not matter.
  const bytes = Buffer.from(`"${line}"`);
  return scanner.scan(bytes, 1, bytes.length - 1);
}

function replace(line: Buffer, at: number, bytes: number[]): Buffer {
  return Buffer.concat([line.subarray(0, at), Buffer.from(bytes), line.subarray(at + 1)]);
}

function insert(line: Buffer, at: number, bytes: number[]): Buffer {
  return Buffer.concat([line.subarray(0, at), Buffer.from(bytes), line.subarray(at)]);
}
