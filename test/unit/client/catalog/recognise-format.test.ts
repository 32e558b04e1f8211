import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { openDocuments } from '../../../../client/catalog/open-documents';
import { recogniseFormat } from '../../../../client/catalog/recognise-format';

/** Cuts the first 100 bytes one by one where asked to. */
async function recognise(text: string, cut: boolean): Promise<[string, string]> {
  const bytes = Buffer.from(text);
  const start = cut ? 100 : 0;
  const head = Array.from(bytes.subarray(0, start), (byte) => Buffer.of(byte));
  const { chunks } = openDocuments(Readable.from([...head, bytes.subarray(start)]));
  const { format, chunks: all } = await recogniseFormat(chunks);
  const read: Buffer[] = [];
  for await (const chunk of all) read.push(chunk);
  return [format, Buffer.concat(read).toString('utf8')];
}

describe('recognising what a catalog file is', () => {
  it.each([
    ['{"metadata": {"dbt_schema_version"', 'dbt'],
    ['\uFEFF{\n  "metadata": {', 'dbt'],
    ['{"child_map":{}}', 'dbt'],
    ['{"type":"project","definition":{"metadata":{}}}', 'ndjson'],
    ['{"code":"nodes"}\n{"nodes":{}}', 'ndjson'],
    ['{', 'ndjson'],
    ['', 'ndjson'],
    [`${'\n'.repeat(70_000)}{"type":"project"}`, 'ndjson'],
  ])('RUN-18 tells by the first member and loses no byte: %#', async (text, format) => {
    expect(await recognise(text, false)).toEqual([format, text]);
    expect(await recognise(text, true)).toEqual([format, text]);
  });

  it('RUN-18 closes a source that nobody read on', async () => {
    const source = Readable.from([Buffer.alloc(5000, 'x'), Buffer.from('more')]);
    const recognised = await recogniseFormat(openDocuments(source).chunks);
    await recognised.close();
    expect(source.destroyed).toBe(true);
  });
});
