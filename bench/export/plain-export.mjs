// The peer without Temporal: one process that reads rows by COPY, in order, packs them into entries of
// at most 50,000 objects with a SHA-256 each and a manifest last, and streams the ZIP to the store.
//
//   node plain-export.mjs PROJECT TABLE KEY      settings as JSON on stdin; figures as JSON on stdout
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';

const [project, table, key] = process.argv.slice(2);
const require = createRequire(join(project, 'package.json'));
const archiver = require('archiver');
const { Client: Minio } = require('minio');
const { Client } = require('pg');
const { to: copyTo } = require('pg-copy-streams');

const objectsPerEntry = 50_000;
const blockBytes = 65_536;
const { url, store } = JSON.parse(await text(process.stdin));

const began = performance.now();
const client = new Client({ connectionString: url });
await client.connect();
await client.query('begin transaction isolation level repeatable read read only');
// Canonical JSON holds no control characters: with these quotes every line comes as it is.
const rows = client.query(
  copyTo(`copy (select content from ${table} order by type, project, code)
    to stdout (format csv, quote e'\\x01', delimiter e'\\x02')`),
);

const archive = archiver('zip', { zlib: { level: 6 } });
const output = new PassThrough();
const packed = pipeline(archive, output);
const endpoint = new URL(store.endpoint);
const uploaded = new Minio({
  endPoint: endpoint.hostname,
  port: Number(endpoint.port),
  useSSL: endpoint.protocol === 'https:',
  region: store.region,
  accessKey: store.accessKey,
  secretKey: store.secretKey,
  partSize: 16 * 2 ** 20,
}).putObject(store.bucket, key, output);

const reader = rows[Symbol.asyncIterator]();
const entries = [];
let ended = false;
while (!ended) {
  const entry = { path: `objects/${entries.length + 1}.ndjson`, objects: 0, bytes: 0 };
  const hash = createHash('sha256');
  await append(entry.path, Readable.from(blocksOf(entry, hash), { objectMode: false }));
  if (entry.objects > 0) entries.push({ ...entry, sha256: hash.digest('hex') });
}
await append('manifest.json', JSON.stringify({ entries }));
await archive.finalize();
await packed;
await uploaded;
await client.end();
const cpu = process.cpuUsage();
const seconds = (performance.now() - began) / 1000;
console.log(
  JSON.stringify({
    seconds: Number(seconds.toFixed(2)),
    objects: entries.reduce((sum, { objects }) => sum + objects, 0),
    packageBytes: archive.pointer(),
    cpuSeconds: Number(((cpu.user + cpu.system) / 1e6).toFixed(2)),
    peakMib: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);

async function append(name, content) {
  const entered = once(archive, 'entry');
  archive.append(content, { name, date: new Date(0) });
  await entered;
}

/** One entry's lines in blocks: rows one by one would cost more than they hold. */
async function* blocksOf(entry, hash) {
  let parts = [];
  let bytes = 0;
  const block = () => {
    const joined = Buffer.concat(parts, bytes);
    hash.update(joined);
    entry.bytes += bytes;
    parts = [];
    bytes = 0;
    return joined;
  };
  while (entry.objects < objectsPerEntry) {
    const { done, value } = await reader.next();
    if (done) {
      ended = true;
      break;
    }
    entry.objects += countLines(value);
    parts.push(value);
    bytes += value.length;
    if (bytes >= blockBytes) yield block();
  }
  if (bytes > 0) yield block();
}

function countLines(chunk) {
  let count = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count += 1;
  return count;
}
