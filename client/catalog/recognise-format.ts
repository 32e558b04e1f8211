import { dbtSections } from '../../schemas/catalog/dbt-manifest';
import type { CatalogFormat } from '../../schemas/catalog/load-result';

/** A source whose format is known; the chunks are all of it. */
export interface RecognisedSource {
  readonly format: CatalogFormat;
  readonly chunks: AsyncIterable<Buffer>;
  /** Closes the source, read or not. */
  close(): Promise<void>;
}

/** Enough to see the first member of an indented document. */
const headBytes = 4096;

/**
 * Tells a dbt manifest from NDJSON by the first member: no asset document begins with a section of a
 * manifest. Whoever asked closes it.
 */
export async function recogniseFormat(chunks: AsyncIterable<Buffer>): Promise<RecognisedSource> {
  const rest = chunks[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  let size = 0;
  while (size < headBytes) {
    const next = await rest.next();
    if (next.done === true) break;
    head.push(next.value);
    size += next.value.length;
  }
  const text = Buffer.concat(head).subarray(0, headBytes).toString('utf8');
  const first = /^\uFEFF?\s*\{\s*"(\w+)"\s*:/.exec(text)?.[1];
  const isManifest = first !== undefined && dbtSections.includes(first);
  return {
    format: isManifest ? 'dbt' : 'ndjson',
    chunks: withHead(head, rest),
    close: async () => {
      await rest.return?.();
    },
  };
}

async function* withHead(
  head: readonly Buffer[],
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  yield* head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    yield next.value;
  }
}
