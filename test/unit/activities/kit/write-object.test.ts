import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { writeObject } from '../../../../activities/kit/write-object';
import type { ObjectStore } from '../../../../activities/ports/object-store';
import { PipelineError } from '../../../../schemas/pipeline-error';

const target = { key: 'staging/a', signal: new AbortController().signal };

/** A store that refuses an object once it has taken a block, and says so only after tidying up. */
const refusing = {
  async put(_key, source) {
    await once(source, 'readable');
    source.destroy();
    await sleep(20);
    throw new PipelineError('ObjectStoreUnavailable', {});
  },
} as Partial<ObjectStore> as ObjectStore;

/** A store that takes everything. */
const taking = {
  put: (_key, source, signal) =>
    pipeline(source, new Writable({ write: (_chunk, _encoding, done) => done() }), {
      ...(signal === undefined ? {} : { signal }),
    }),
} as Partial<ObjectStore> as ObjectStore;

function* blocks(count: number): Generator<Buffer> {
  for (let block = 0; block < count; block++) yield Buffer.alloc(65_536);
}

describe('writing an object', () => {
  it('RUN-2 says that the store refused, not that its reader is gone', async () => {
    const written = writeObject(refusing, target, (output, signal) =>
      pipeline(Readable.from(blocks(1_000)), output, { signal }),
    );

    await expect(written).rejects.toMatchObject({ code: 'ObjectStoreUnavailable' });
  });

  it('RUN-2 says why the writer failed, not that its object was cut short', async () => {
    const written = writeObject(taking, target, async (output) => {
      output.write(Buffer.alloc(10));
      await sleep(5);
      throw Object.assign(new Error('terminating connection'), { code: '57P01' });
    });

    await expect(written).rejects.toMatchObject({ code: '57P01' });
  });

  it('gives what the writer gives', async () => {
    const written = await writeObject(taking, target, async (output, signal) => {
      await pipeline(Readable.from(blocks(3)), output, { signal });
      return 'three';
    });

    expect(written).toBe('three');
  });
});
