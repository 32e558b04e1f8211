import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Open } from 'unzipper';
import { sha256Hex } from '../../../archive/canonical-json';
import { joinFragments } from '../../../archive/fragment-joiner';
import type { Fragment } from '../../../archive/fragment-reader';
import { writeFragment } from '../../../archive/fragment-writer';
import { collectOutput, openRanges } from './collect-output';

const head = [
  { path: 'manifest.json', content: Buffer.from('{"formatVersion":1}') },
  { path: 'seal.json', content: Buffer.from('{}') },
];

describe('joinFragments', () => {
  it('REL-24 joins fragments into one ZIP with its head first, in the given order', async () => {
    const { zip, joined } = await join([
      await makeFragment(['c', 'a']),
      await makeFragment([]),
      await makeFragment(['b']),
    ]);
    const peer = await Open.buffer(zip);
    expect(peer.files.map((file) => file.path)).toEqual([
      'manifest.json',
      'seal.json',
      'c',
      'a',
      'b',
    ]);
    for (const file of peer.files.slice(2))
      expect((await file.buffer()).toString()).toBe(textOf(file.path));
    expect((await peer.files[0]?.buffer())?.toString()).toBe('{"formatVersion":1}');
    expect(joined).toEqual({ bytes: zip.length, sha256: sha256Hex(zip), entryCount: 5 });
  });

  it('REL-21 gives the same bytes twice', async () => {
    const fragments = [await makeFragment(['a', 'b']), await makeFragment(['c'])];
    const [first, second] = [await join(fragments), await join(fragments)];
    expect(second.zip.equals(first.zip)).toBe(true);
  });

  it('REL-20 copies a large fragment in pieces', async () => {
    const large = await makeFragment(['x'], (name) => Buffer.from(makeNoise(3_000_000, name)));
    expect(large.bytes).toBeGreaterThan(2_000_000);
    const { zip } = await join([large, await makeFragment(['y'])]);
    const peer = await Open.buffer(zip);
    expect((await peer.files[2]?.buffer())?.equals(Buffer.from(makeNoise(3_000_000, 'x')))).toBe(
      true,
    );
  });

  it('REL-24 joins an archive without fragments', async () => {
    expect((await Open.buffer((await join([])).zip)).files).toHaveLength(2);
  });

  it('RUN-19 refuses two entries of one path in different fragments', async () => {
    const fragments = [await makeFragment(['a']), await makeFragment(['A'])];
    await expect(join(fragments)).rejects.toMatchObject({ code: 'EntryPathTaken' });
    await expect(join([await makeFragment(['manifest.json'])])).rejects.toMatchObject({
      code: 'EntryPathTaken',
    });
  });

  it.each([1_000, 3_000_000])(
    'REL-24 finds every changed byte of a fragment of about %d bytes',
    async (size) => {
      const good = await makeFragment(['x'], () => Buffer.from(makeNoise(size, 'x')));
      const bytes = await readAll(good);
      const step = Math.ceil(bytes.length / 40);
      const offsets = Array.from({ length: 40 }, (_, index) => index * step).filter(
        (offset) => offset < bytes.length,
      );
      for (const offset of [
        ...offsets,
        ...Array.from({ length: 70 }, (_, index) => bytes.length - 1 - index),
      ]) {
        const bad = Buffer.from(bytes);
        bad[offset] = (bad[offset] ?? 0) ^ 1;
        await expect(join([{ ...good, open: openRanges(bad) }])).rejects.toMatchObject({
          code: 'StagedObjectCorrupt',
          details: { fragment: 'x' },
        });
      }
    },
  );

  it.each([
    [
      'shorter',
      (fragment: Fragment, bytes: Buffer) => ({
        ...fragment,
        open: () => Promise.resolve(Readable.from([bytes.subarray(0, -5)])),
      }),
    ],
    [
      'longer',
      (fragment: Fragment, bytes: Buffer) => ({
        ...fragment,
        open: () => Promise.resolve(Readable.from([bytes, Buffer.from('x')])),
      }),
    ],
    ['not a ZIP', (fragment: Fragment) => withBytes(fragment, Buffer.from('not a zip at all'))],
    ['reported with other entries', (fragment: Fragment) => ({ ...fragment, entries: [] })],
    [
      'reported with another size',
      (fragment: Fragment) => ({
        ...fragment,
        entries: fragment.entries.map((entry) => ({ ...entry, bytes: 1 })),
      }),
    ],
    [
      'preceded by other bytes',
      (fragment: Fragment, bytes: Buffer) =>
        withBytes(fragment, Buffer.concat([Buffer.from('x'), bytes])),
    ],
  ])('REL-24 refuses a fragment that is %s', async (_what, spoil) => {
    const good = await makeFragment(['x']);
    await expect(join([spoil(good, await readAll(good))])).rejects.toMatchObject({
      code: 'StagedObjectCorrupt',
    });
  });

  it('RUN-5 stops at the signal though a fragment hangs', async () => {
    const good = await makeFragment(['x']);
    const hanging = new PassThrough();
    const controller = new AbortController();
    const joining = joinFragments({
      head,
      fragments: [{ ...good, open: () => Promise.resolve(hanging) }],
      output: collectOutput().output,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error('paused')), 50);
    await expect(joining).rejects.toThrow('paused');
    expect(hanging.destroyed).toBe(true);
  });

  it('RUN-5 stops at the signal though the next fragment never comes', async () => {
    const controller = new AbortController();
    const joining = joinFragments({
      head,
      fragments: hang(),
      output: collectOutput().output,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error('paused')), 50);
    await expect(joining).rejects.toThrow('paused');
  });

  it('RUN-5 does not start under a signal that is already given', async () => {
    const output = collectOutput();
    const joining = joinFragments({
      head,
      fragments: [],
      output: output.output,
      signal: AbortSignal.abort(new Error('early')),
    });
    await expect(joining).rejects.toThrow('early');
    expect(output.content()).toHaveLength(0);
  });

  it('REL-24 rejects with the error of a fragment that cannot be opened or read', async () => {
    const good = await makeFragment(['x']);
    const broken = new Readable({
      read() {
        this.destroy(new Error('store is away'));
      },
    });
    for (const open of [
      () => Promise.reject(new Error('store is away')),
      () => Promise.resolve(broken),
    ]) {
      await expect(join([{ ...good, open }])).rejects.toThrow('store is away');
    }
  });

  it('REL-24 rejects when the output fails while a fragment hangs', async () => {
    const good = await makeFragment(['x']);
    const output = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('disk full')),
    });
    const fragments = [{ ...good, open: () => Promise.resolve(new PassThrough() as Readable) }];
    await expect(joinFragments({ head, fragments, output })).rejects.toThrow('disk full');
  });
});

async function join(
  fragments: readonly Fragment[],
): Promise<{ zip: Buffer; joined: Awaited<ReturnType<typeof joinFragments>> }> {
  const { output, content } = collectOutput();
  const joined = await joinFragments({ head, fragments, output });
  return { zip: content(), joined };
}

async function makeFragment(
  paths: readonly string[],
  contentOf = (name: string) => Buffer.from(textOf(name)),
): Promise<Fragment> {
  const { output, content } = collectOutput();
  const entries = paths.map((path) => ({ path, source: contentOf(path) }));
  const written = await writeFragment({ entries, output });
  return { ...written, name: paths.join('+'), open: openRanges(content()) };
}

function withBytes(fragment: Fragment, bytes: Buffer): Fragment {
  return { ...fragment, bytes: bytes.length, sha256: sha256Hex(bytes), open: openRanges(bytes) };
}

function textOf(name: string): string {
  return `content of ${name}\n`.repeat(100);
}

function makeNoise(bytes: number, seed: string): Uint8Array {
  let state = seed.charCodeAt(0);
  return Uint8Array.from({ length: bytes }, () => (state = (state * 48271) % 2147483647) & 0xff);
}

async function readAll(fragment: Fragment): Promise<Buffer> {
  return Buffer.concat((await (await fragment.open(0, fragment.bytes)).toArray()) as Buffer[]);
}

async function* hang(): AsyncGenerator<never> {
  await new Promise(() => undefined);
}
