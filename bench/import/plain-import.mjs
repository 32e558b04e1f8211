// The peer without Temporal: one process that reads a package from a file, verifies the SHA-256 and the
// number of objects of each entry, copies its lines into an unlogged table and merges them into a plain
// one, all in one transaction.
//
//   node plain-import.mjs PROJECT FILE TABLE      the URL of the database on stdin; figures on stdout
import { createHash, hash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

const [project, file, table] = process.argv.slice(2);
const require = createRequire(join(project, 'package.json'));
const unzipper = require('unzipper');
const { Client } = require('pg');
const { from: copyFrom } = require('pg-copy-streams');

const blockBytes = 65_536;
const url = await text(process.stdin);

const began = performance.now();
const client = new Client({ connectionString: url });
await client.connect();
const columns = 'type text, project text, code text, content text, digest bytea';
await client.query('create schema if not exists bench');
await client.query(
  `create table if not exists ${table} (${columns}, primary key (type, project, code))`,
);
await client.query('begin');
await client.query(`create unlogged table ${table}_stage (${columns})`);

const { files } = await unzipper.Open.file(file);
const entries = new Map(files.map((entry) => [entry.path, entry]));
const manifest = await json(entries.get('manifest.json').stream());
const byType = {};
const copied = client.query(copyFrom(`copy ${table}_stage from stdin`));
await pipeline(Readable.from(rows(), { objectMode: false }), copied);
for (const [type, count] of Object.entries(manifest.counts.byType)) {
  if (byType[type] !== count) throw new Error(`${byType[type]} of ${count} objects of ${type}`);
}
const objects = copied.rowCount;
const staged = performance.now();
const { rowCount: written } = await client.query(
  `insert into ${table} select * from ${table}_stage
   on conflict (type, project, code) do update set content = excluded.content, digest = excluded.digest
   where ${table}.digest is distinct from excluded.digest`,
);
const merged = performance.now();
await client.query(`drop table ${table}_stage`);
await client.query('commit');
await client.end();

const cpu = process.cpuUsage();
const seconds = (from, to) => Number(((to - from) / 1000).toFixed(2));
console.log(
  JSON.stringify({
    seconds: seconds(began, performance.now()),
    objects,
    written,
    mergeSeconds: seconds(staged, merged),
    cpuSeconds: Number(((cpu.user + cpu.system) / 1e6).toFixed(2)),
    peakMib: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);

/** The rows of all objects as COPY takes them, in blocks. */
async function* rows() {
  for (const { path, sha256 } of manifest.entries) {
    if (!path.startsWith('objects/')) continue;
    const digest = createHash('sha256');
    let rest = '';
    let block = '';
    const decoder = new TextDecoder();
    for await (const chunk of entries.get(path).stream()) {
      digest.update(chunk);
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop();
      for (const line of lines) block += rowOf(line);
      if (block.length < blockBytes) continue;
      yield Buffer.from(block);
      block = '';
    }
    yield Buffer.from(block);
    if (rest !== '' || digest.digest('hex') !== sha256) throw new Error(`${path} is damaged`);
  }
}

function rowOf(line) {
  const { type, project: folder, code } = JSON.parse(line);
  byType[type] = (byType[type] ?? 0) + 1;
  const digest = hash('sha256', line);
  return `${type}\t${folder ?? ''}\t${code}\t${line.replaceAll('\\', '\\\\')}\t\\\\x${digest}\n`;
}
