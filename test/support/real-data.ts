import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Data that nobody invented; it lies beside the project and is no part of it. */
export const realData = resolve(__dirname, '../../../shared/real');
export const hasRealData = existsSync(join(realData, 'catalog'));

/** The path of a real catalog file. */
export function realCatalog(name: string): string {
  return join(realData, 'catalog', `${name}.ndjson.xz`);
}

/** An asset document as it stands in a file. */
export interface RawDocument {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly owner: string | null;
  readonly changedAt: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly deleted?: boolean;
}

/** The documents of a real catalog, one after the other, straight from the file. */
export async function* readRealCatalog(name: string): AsyncGenerator<RawDocument> {
  const child = spawn('xz', ['-dc', realCatalog(name)], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== '') yield JSON.parse(line) as RawDocument;
  }
}

/** `type project code`. */
export function identityOf({ type, project, code }: RawDocument): string {
  return `${type} ${project ?? ''} ${code}`;
}
