import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { addTenant } from '../kit/tenant.mjs';

/** The tenant whose catalog has this many assets. */
export const tenantOf = (size) => `bench-${size}`;

/**
 * Makes sure that the catalog of `size` assets is loaded into a tenant of its own, ready to be
 * exported. What is there already stays.
 */
export async function ensureCatalog({ gantry, database }, { size, files, seed, note }) {
  const tenant = tenantOf(size);
  const known = await gantry.tenants.list();
  if (!known.some(({ code }) => code === tenant)) await addTenant(gantry, { tenant, seed });
  const counted = await database('assets')
    .join('tenants', 'tenants.id', 'assets.tenant_id')
    .where({ 'tenants.code': tenant })
    .count({ count: '*' });
  if (Number(counted[0].count) === size) return;
  note(`loading ${size} assets`);
  await gantry.catalog.load({
    tenant,
    source: Readable.from(documentLines({ size, files, seed })),
  });
}

/** `size` documents as NDJSON: those of the files, then copies of them under other codes. */
export async function* documentLines({ size, files, seed }) {
  let left = size;
  for (let copy = 0; left > 0; copy += 1) {
    const before = left;
    let block = '';
    for await (const line of linesOf(files)) {
      if (left === 0) break;
      if (copy > 0 && isFeature(line)) continue;
      left -= 1;
      block += `${copy === 0 ? line : renamed(line, prefixOf(seed, copy))}\n`;
      if (block.length < 65_536) continue;
      yield block;
      block = '';
    }
    if (block !== '') yield block;
    if (left === before) throw new Error('the files hold no documents');
  }
}

/** Rules that all contents are searched with: many copies of them would be no larger catalog but a slower search. */
const isFeature = (line) => /"type": ?"detection_feature"/.test(line);

/** Put in front of the code, so that copies of a document lie far apart and do not deflate to nothing. */
function prefixOf(seed, copy) {
  return `c${createHash('sha256').update(`${seed}/${copy}`).digest('hex').slice(0, 6)}_`;
}

/** A copy refers to copies, so that references are met and missed as often as in the original. */
function renamed(line, prefix) {
  const document = JSON.parse(line);
  const references = document.references?.map((one) => ({ ...one, code: prefix + one.code }));
  const changed = { ...document, code: prefix + document.code };
  return JSON.stringify(references === undefined ? changed : { ...changed, references });
}

async function* linesOf(files) {
  for (const file of files) {
    const unpacked = file.endsWith('.xz') ? spawn('xz', ['-dc', file]) : undefined;
    const input = unpacked?.stdout ?? createReadStream(file);
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line !== '') yield line;
    }
    if (unpacked === undefined) continue;
    if (unpacked.exitCode === null) await once(unpacked, 'exit');
    if (unpacked.exitCode !== 0) throw new Error(`${file} cannot be unpacked`);
  }
}
