import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { writeDeflatedFragment } from '../../../archive/deflated-fragment';
import { joinFragments } from '../../../archive/fragment-joiner';
import {
  writeFragment,
  type EntryToWrite,
  type WrittenFragment,
} from '../../../archive/fragment-writer';
import { collectOutput, openRanges } from '../../unit/archive/collect-output';

const noise = makeNoise(300_000);
const head = [{ path: 'manifest.json', content: Buffer.from('{}') }];

describe.each([
  ['writeFragment', writeFragment],
  ['writeDeflatedFragment', writeDeflatedFragment],
])('%s under failures', (_name, writer) => {
  it('REL-19 rejects whichever write of the output fails, until none does', async () => {
    const written = await failAtEveryWrite((output) =>
      writer({ entries: entries(), output, level: 1 }),
    );
    expect(written.result.entries.map((entry) => entry.path)).toEqual(['a', 'b', 'c']);
    expect(written.failures).toBeGreaterThan(5);
  });

  it('REL-19 rejects when the end of the output fails', async () => {
    const output = new Writable({
      write: (_chunk, _encoding, done) => done(),
      final: (done) => done(new Error('flush failed')),
    });
    await expect(writer({ entries: entries(), output })).rejects.toThrow('flush failed');
  });

  it('REL-19 rejects when the output is closed under it', async () => {
    const output = new PassThrough();
    setTimeout(() => output.destroy(), 20);
    await expect(writer({ entries: entries(), output })).rejects.toMatchObject({
      code: 'ERR_STREAM_PREMATURE_CLOSE',
    });
  });

  it('REL-19 rejects whichever read of a source fails', async () => {
    for (let n = 0; n <= 20; n++) {
      for (const source of [failingStream(n), failingIterable(n)]) {
        const { output } = collectOutput();
        const failing: EntryToWrite[] = [
          { path: 'a', source: noise },
          { path: 'b', source },
          { path: 'c', source: noise },
        ];
        await expect(writer({ entries: failing, output })).rejects.toThrow('source failed');
        expect(output.destroyed).toBe(true);
      }
    }
  });

  it('REL-19 rejects when the list of entries fails', async () => {
    const list = async function* (): AsyncGenerator<EntryToWrite> {
      yield* entries();
      await Promise.resolve();
      throw new Error('list failed');
    };
    await expect(writer({ entries: list(), output: collectOutput().output })).rejects.toThrow(
      'list failed',
    );
  });

  it('REL-19 rejects a source that is already broken or closed', async () => {
    const broken = new Readable().destroy();
    broken.on('error', () => undefined);
    const writing = writer({
      entries: [{ path: 'a', source: broken }],
      output: collectOutput().output,
    });
    await expect(writing).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it('RUN-5 stops at the signal whenever it comes, and lets go of the source', async () => {
    for (let delay = 0; delay < 30; delay += 3) {
      const source = Readable.from(endless());
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('paused')), delay);
      const { output } = collectOutput();
      const writing = writer({
        entries: [{ path: 'a', source }],
        output,
        signal: controller.signal,
      });
      await expect(writing).rejects.toThrow('paused');
      expect(source.destroyed && output.destroyed).toBe(true);
    }
  });
});

describe('joinFragments under failures', () => {
  it('REL-19 rejects whichever write of the output fails, until none does', async () => {
    const { output, content } = collectOutput();
    const written = await writeFragment({ entries: entries(), output });
    const fragment = { ...written, name: 'f', open: openRanges(content(), 50_000) };
    const joined = await failAtEveryWrite((target) =>
      joinFragments({ head, fragments: [fragment], output: target }),
    );
    expect(joined.result.entryCount).toBe(4);
    expect(joined.failures).toBeGreaterThan(3);
  });

  it('REL-19 rejects whichever piece of a fragment fails', async () => {
    const { output, content } = collectOutput();
    const many = Array.from({ length: 6 }, (_, index) => ({ path: `e${index}`, source: noise }));
    const written: WrittenFragment = await writeFragment({ entries: many, output });
    const bytes = content();
    for (let n = 0; n < 30; n++) {
      let opened = 0;
      const open = async (start: number, end: number): Promise<Readable> => {
        const pieces = await (await openRanges(bytes)(start, end)).toArray();
        return Readable.from(failAfter(pieces as Buffer[], () => opened++ === n));
      };
      const joining = joinFragments({
        head,
        fragments: [{ ...written, name: 'f', open }],
        output: collectOutput().output,
      });
      await expect(joining).rejects.toThrow('source failed');
    }
  });
});

async function failAtEveryWrite<Result>(
  run: (output: Writable) => Promise<Result>,
): Promise<{ result: Result; failures: number }> {
  for (let n = 1; ; n++) {
    let writes = 0;
    let failed = false;
    const output = new Writable({
      write(_chunk, _encoding, done) {
        failed = ++writes === n;
        done(failed ? new Error(`write ${n} failed`) : null);
      },
    });
    try {
      return { result: await run(output), failures: n - 1 };
    } catch (error) {
      expect(error).toMatchObject({ message: `write ${n} failed` });
      expect(output.destroyed).toBe(true);
    }
  }
}

function entries(): EntryToWrite[] {
  return ['a', 'b', 'c'].map((path) => ({
    path,
    source: Readable.from([noise.subarray(0, 100_000), noise.subarray(100_000)]),
  }));
}

function failingStream(n: number): Readable {
  let reads = 0;
  return new Readable({
    read() {
      if (reads++ === n) this.destroy(new Error('source failed'));
      else this.push(noise.subarray(0, 10_000));
    },
  });
}

async function* failingIterable(n: number): AsyncGenerator<Buffer> {
  for (let reads = 0; reads < n; reads++) yield await Promise.resolve(noise.subarray(0, 10_000));
  throw new Error('source failed');
}

function* failAfter(pieces: readonly Buffer[], fails: () => boolean): Generator<Buffer> {
  for (const piece of pieces) {
    if (fails()) throw new Error('source failed');
    yield piece;
  }
}

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield await new Promise<Buffer>((resolve) => setImmediate(() => resolve(noise)));
}

function makeNoise(bytes: number): Buffer {
  let state = 3;
  return Buffer.from(
    Uint8Array.from({ length: bytes }, () => (state = (state * 48271) % 2147483647) & 0xff),
  );
}
