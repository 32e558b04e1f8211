import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { documentLines } from '../export/catalog.mjs';

/**
 * One NDJSON file of `size` documents for Gantry, and the same documents as rows of COPY's text format
 * for psql, in the folder `inputs` of `home`. What is there already stays.
 */
export async function ensureInputs({ home, project, size, files, seed }) {
  const folder = join(home, 'inputs');
  mkdirSync(folder, { recursive: true });
  const lines = join(folder, `${size}.ndjson`);
  const rows = join(folder, `${size}.tsv`);
  await ensureFile(lines, () => documentLines({ size, files, seed }));
  await ensureFile(rows, () => rowsOf(lines, project));
  return { lines, rows };
}

async function ensureFile(file, write) {
  if (existsSync(file)) return;
  await pipeline(Readable.from(write()), createWriteStream(`${file}.part`));
  renameSync(`${file}.part`, file);
}

async function* rowsOf(lines, project) {
  const require = createRequire(join(project, 'package.json'));
  const { canonicalize } = require(join(project, 'dist/archive/canonical-json.js'));
  for await (const line of createInterface({ input: createReadStream(lines) })) {
    const document = JSON.parse(line);
    const body = canonicalize(document);
    const digest = `\\\\x${createHash('sha256').update(body).digest('hex')}`;
    const cells = [document.type, document.project ?? '', document.code, body].map(escapeCell);
    yield `${[...cells, digest].join('\t')}\n`;
  }
}

function escapeCell(text) {
  return text.replace(
    /[\\\t\n\r]/g,
    (found) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[found],
  );
}
