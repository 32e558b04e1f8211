import { describe, expect, it } from '@jest/globals';
import { measureJson } from '../../../archive/json-extent';

describe('measureJson', () => {
  it.each<[string, number, number]>([
    ['1', 1, 0],
    ['[]', 2, 1],
    ['{"a":[1,2],"b":{}}', 6, 2],
    ['["[{,}]","\\"[,","\\\\"]', 4, 1],
    ['[[[[1]]]]', 5, 4],
    ['{"a', 2, 1],
    ['', 1, 0],
  ])('RUN-19 measures %s', (text, values, depth) => {
    expect(measureJson(Buffer.from(text))).toEqual({ values, depth });
  });
});
