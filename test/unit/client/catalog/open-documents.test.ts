import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDocuments } from '../../../../client/catalog/open-documents';
import { isPipelineError } from '../../../../schemas/pipeline-error';

const plain = Buffer.from('{"a":1}\n'.repeat(200_000));
const packed = {
  plain,
  gzip: gzipSync(plain),
  xz: execFileSync('xz', ['-c'], { input: plain, maxBuffer: 1e8 }),
};
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-open-documents-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function read(source: string | Readable): Promise<{ bytes: Buffer; read: number }> {
  const opened = openDocuments(source);
  const chunks: Buffer[] = [];
  for await (const chunk of opened.chunks) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), read: opened.bytesRead() };
}

async function codeOf(source: string | Readable): Promise<string | undefined> {
  return read(source).then(
    () => undefined,
    (error: unknown) => (isPipelineError(error) ? error.code : String(error)),
  );
}

describe('opening a file of documents', () => {
  it.each(['plain', 'gzip', 'xz'] as const)(
    'RUN-18 reads %s whatever the name says',
    async (kind) => {
      const path = join(folder, 'documents.txt');
      writeFileSync(path, packed[kind]);
      const { bytes, read: count } = await read(path);
      expect(bytes.equals(plain)).toBe(true);
      expect(count).toBe(packed[kind].length);
    },
  );

  it.each(['plain', 'gzip', 'xz'] as const)(
    'RUN-18 reads %s from a stream of single bytes',
    async (kind) => {
      const head = [...packed[kind].subarray(0, 20)].map((byte) => Buffer.of(byte));
      const source = Readable.from([...head, packed[kind].subarray(20)]);
      expect((await read(source)).bytes.equals(plain)).toBe(true);
    },
  );

  it.each(['gzip', 'xz'] as const)(
    'RUN-18 refuses a %s file that is cut or damaged',
    async (kind) => {
      const whole = packed[kind];
      const damaged = Buffer.from(whole);
      damaged.fill(0x55, whole.length >> 1, (whole.length >> 1) + 8);
      const cut = whole.subarray(0, whole.length - 9);
      for (const source of [cut, damaged, whole.subarray(0, 7)]) {
        expect(await codeOf(Readable.from([source]))).toBe('CatalogFileUnreadable');
      }
    },
  );

  it('RUN-18 refuses what is not there, a folder, and a stream that breaks', async () => {
    const breaking = Readable.from(
      (async function* () {
        yield await Promise.resolve(Buffer.from('{"a":1}\n'));
        throw new Error('gone');
      })(),
    );
    for (const source of [join(folder, 'none'), folder, breaking]) {
      expect(await codeOf(source)).toBe('CatalogFileUnreadable');
    }
  });

  it('RUN-18 says so when xz is not installed', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      const failed = await read(Readable.from([packed.xz])).catch((error: unknown) => error);
      expect(isPipelineError(failed, 'CatalogFileUnreadable') && failed.details['reason']).toBe(
        'xz is not installed',
      );
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('RUN-18 gives nothing for an empty file', async () => {
    expect((await read(Readable.from([]))).bytes).toHaveLength(0);
  });
});
