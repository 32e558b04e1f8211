import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { identityOf, type RawDocument } from '../../support/real-data';
import { sha256 } from './expected-line';

/** The files of an unpacked package below a folder of it, in their order. */
export async function listFiles(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

/** The digest of every document line of an unpacked package, by identity. */
export async function readLineDigests(folder: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const file of await listFiles(folder, 'objects')) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const identity = identityOf(JSON.parse(line) as RawDocument);
      if (digests.has(identity)) throw new Error(`${identity} is packed twice`);
      digests.set(identity, sha256(line));
    }
  }
  return digests;
}

/** Every file of an unpacked package as text. */
export async function readTexts(folder: string): Promise<string[]> {
  const files = await listFiles(folder);
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}
