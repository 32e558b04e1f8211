import { describe, expect, it } from '@jest/globals';
import { readManifest, type ManifestMember } from '../../../../../store/catalog/dbt/read-manifest';
import { failureOf } from '../../../../support/failure-of';

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

async function read(text: string | Buffer, size = 7): Promise<ManifestMember[]> {
  const members: ManifestMember[] = [];
  for await (const batch of readManifest(cut(Buffer.from(text), size))) members.push(...batch);
  return members;
}

const manifest = {
  metadata: { dbt_version: '1.11', env: {} },
  nodes: { 'model.a': { name: '订单 𠮷', list: [{ deep: [1, 2.5, null] }] }, 'model.b': {} },
  selectors: {},
  odd: { __proto__x: true, 'a.b': 'text' },
};

describe('reading a manifest', () => {
  it.each([3, 5, 64, 100_000])('RUN-18 gives every member, cut every %s bytes', async (size) => {
    for (const text of [JSON.stringify(manifest), JSON.stringify(manifest, null, 2)]) {
      const members = await read(text, size);
      expect(members).toEqual(
        Object.entries(manifest).flatMap(([section, entries]) =>
          Object.entries(entries).map(([key, value]) => ({ section, key, value })),
        ),
      );
    }
  });

  it('RUN-18 reads past a byte order mark and blanks', async () => {
    expect(await read('\uFEFF {"nodes": {"a": 1}} \n', 64)).toEqual([
      { section: 'nodes', key: 'a', value: 1 },
    ]);
  });

  it('RUN-18 leaves out members of sections that are lists or plain values', async () => {
    expect(await read('{"a":[1,{"b":2}],"c":5,"d":null,"nodes":{"x":[]}}')).toEqual([
      { section: 'nodes', key: 'x', value: [] },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a cut document', '{"nodes":{"a":1}'],
    ['two documents', '{"nodes":{"a":1}}{}'],
    ['no JSON', '{"nodes":{"a":S3CR3T}}'],
    ['a comma too many', '{"nodes":{"a":1,}}'],
    ['bytes that are not UTF-8', Buffer.from('{"nodes":{"a":"\xff"}}', 'latin1')],
  ])('RUN-18 refuses %s, without quoting it', async (_, text) => {
    const error = await failureOf(read(text));
    expect(error.code).toBe('DbtManifestInvalid');
    expect(JSON.stringify([error.message, error.details])).not.toContain('S3CR3T');
  });

  it('RUN-18 refuses a member that would not fit into memory', async () => {
    async function* endless(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.from('{"nodes":{"a":"'));
      const filling = Buffer.alloc(1024 * 1024, 'x');
      for (;;) yield filling;
    }
    const reading = readManifest(endless());
    const error = await failureOf(reading.next());
    expect(error.code).toBe('DbtManifestInvalid');
  });
});
