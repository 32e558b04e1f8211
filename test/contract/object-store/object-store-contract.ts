import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectStore } from '../../../activities/ports/object-store';
import { failureOf } from '../../support/failure-of';

/** More than one part of a multipart upload. */
const largeBytes = 20 * 1024 * 1024;

/** What every object store has to do; `open` gives one over an empty or shared bucket. */
export function provesObjectStore(name: string, open: () => ObjectStore): void {
  describe(`the object store ${name}`, () => {
    let store: ObjectStore;
    let prefix: string;

    beforeEach(() => {
      store = open();
      prefix = `contract/${randomUUID()}/`;
    });
    afterEach(() => store.removeAll(prefix));

    it('RUN-28 gives back what was put, by ranges too', async () => {
      await store.put(`${prefix}a.txt`, Readable.from([Buffer.from('gan'), Buffer.from('try')]));

      expect(await textOf(store.read(`${prefix}a.txt`))).toBe('gantry');
      expect(await textOf(store.read(`${prefix}a.txt`, { start: 1, end: 4 }))).toBe('ant');
      expect(await store.size(`${prefix}a.txt`)).toBe(6);
    });

    it('REL-20 takes streams of unknown length that are larger than a part', async () => {
      await store.put(`${prefix}large`, zeros(largeBytes));

      expect(await store.size(`${prefix}large`)).toBe(largeBytes);
      expect(
        await textOf(store.read(`${prefix}large`, { start: largeBytes - 2, end: largeBytes })),
      ).toBe('\0\0');
    });

    it('REL-23 leaves nothing of an object whose source fails', async () => {
      const broken = Readable.from(failing());

      await expect(store.put(`${prefix}broken`, broken)).rejects.toThrow('the source failed');

      expect(await store.size(`${prefix}broken`)).toBeUndefined();
      expect(await keysOf(store, prefix)).toEqual([]);
    });

    it('RUN-5 ends a put within the signal, with nothing left under the key', async () => {
      const stop = new AbortController();
      const endless = Readable.from(endlessly(() => stop.abort(new Error('stopped'))));

      await expect(store.put(`${prefix}endless`, endless, stop.signal)).rejects.toThrow();

      expect(await store.size(`${prefix}endless`)).toBeUndefined();
    });

    it('REL-21 copies on its own side, and copies again', async () => {
      await store.put(`${prefix}from`, Readable.from([Buffer.from('content')]));

      await store.copy(`${prefix}from`, `${prefix}to`);
      await store.copy(`${prefix}from`, `${prefix}to`);

      expect(await textOf(store.read(`${prefix}to`))).toBe('content');
    });

    it('says by code that an object is missing', async () => {
      expect(await store.size(`${prefix}none`)).toBeUndefined();
      expect((await failureOf(textOf(store.read(`${prefix}none`)))).code).toBe(
        'StoredObjectMissing',
      );
      expect((await failureOf(store.copy(`${prefix}none`, `${prefix}to`))).code).toBe(
        'StoredObjectMissing',
      );
    });

    it('REL-23 removes what is there and what is not, alone or by prefix', async () => {
      for (const key of ['a', 'b/c', 'b/d']) {
        await store.put(`${prefix}${key}`, Readable.from([Buffer.from(key)]));
      }
      expect(await keysOf(store, prefix)).toEqual(['a', 'b/c', 'b/d']);

      await store.remove(`${prefix}a`);
      await store.remove(`${prefix}a`);
      await store.removeAll(`${prefix}b/`);
      await store.removeAll(`${prefix}b/`);

      expect(await keysOf(store, prefix)).toEqual([]);
    });
  });
}

async function textOf(opening: Promise<Readable>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await opening) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key.slice(prefix.length));
  return keys;
}

function zeros(bytes: number): Readable {
  return Readable.from(
    (function* () {
      for (let left = bytes; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536));
    })(),
    { objectMode: false },
  );
}

function* failing(): Generator<Buffer> {
  yield Buffer.alloc(100_000);
  throw new Error('the source failed');
}

function* endlessly(afterTenParts: () => void): Generator<Buffer> {
  for (let chunk = 0; ; chunk++) {
    if (chunk === 1_500) afterTenParts();
    yield Buffer.alloc(65_536);
  }
}
