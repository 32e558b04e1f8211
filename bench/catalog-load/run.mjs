// Measures `gantry catalog load` beside `psql \copy` of the same rows into a plain table with its
// primary key, in the same PostgreSQL, turn by turn, and writes bench/results/catalog-load.{json,md}.
//
//   npm run build
//   GANTRY_BENCH_POSTGRES_URL=postgres://… node bench/catalog-load/run.mjs FILE… [--rounds 3]
//
// The URL is that of a superuser of a PostgreSQL 15 or later; a database is made and dropped. FILE
// is NDJSON, decompressed; several are loaded as one.
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const project = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const require = createRequire(import.meta.url);
const { connectDatabase } = require(join(project, 'dist/store/database/connect.js'));
const { migrateDatabase } = require(join(project, 'dist/store/database/migrate.js'));
const { hashToken } = require(join(project, 'dist/store/people/authenticate.js'));
const { canonicalize } = require(join(project, 'dist/archive/canonical-json.js'));

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const serverUrl = process.env.GANTRY_BENCH_POSTGRES_URL;
if (serverUrl === undefined || positionals.length === 0) {
  throw new Error(
    'Set GANTRY_BENCH_POSTGRES_URL and name NDJSON files; see the head of this script',
  );
}

const folder = mkdtempSync(join(tmpdir(), 'gantry-bench-'));
const name = `gantry_bench_${randomBytes(4).toString('hex')}`;
const url = new URL(serverUrl);
await inDatabase(serverUrl, (server) => server.raw(`create database ${name}`));
url.pathname = `/${name}`;
try {
  const input = prepareInput(positionals);
  const token = randomBytes(32).toString('base64url');
  await inDatabase(url.toString(), (database) => prepareDatabase(database, token));
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    await inDatabase(url.toString(), emptyTables);
    const psql = measure('psql', psqlArguments(input.rows), psqlEnvironment());
    const load = measure(process.execPath, gantryArguments(input.lines), gantryEnvironment(token));
    const again = measure(process.execPath, gantryArguments(input.lines), gantryEnvironment(token));
    rounds.push({ psql, load, again });
    console.log(
      `round ${round + 1}: psql ${psql.seconds} s, load ${load.seconds} s, again ${again.seconds} s`,
    );
  }
  report(input, rounds, await inDatabase(url.toString(), serverVersion));
} finally {
  await inDatabase(serverUrl, (server) => server.raw(`drop database ${name} with (force)`));
  rmSync(folder, { recursive: true });
}

/** One NDJSON file for Gantry, and the same documents as rows of COPY's text format for psql. */
function prepareInput(files) {
  const texts = files.flatMap((file) => readFileSync(file, 'utf8').split('\n')).filter(Boolean);
  const rows = texts.map((text) => {
    const document = JSON.parse(text);
    const body = canonicalize(document);
    const digest = `\\\\x${createHash('sha256').update(body).digest('hex')}`;
    const cells = [document.type, document.project ?? '', document.code, body].map(escapeCell);
    return [...cells, digest].join('\t');
  });
  const lines = join(folder, 'lines.ndjson');
  const rowsFile = join(folder, 'rows.tsv');
  writeFileSync(lines, `${texts.join('\n')}\n`);
  writeFileSync(rowsFile, `${rows.join('\n')}\n`);
  return { lines, rows: rowsFile, count: texts.length, bytes: readFileSync(lines).length };
}

function escapeCell(text) {
  return text.replace(
    /[\\\t\n\r]/g,
    (found) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[found],
  );
}

async function prepareDatabase(database, token) {
  await migrateDatabase(database);
  await database.raw(`
    insert into tenants (code, name, time_zone, product_version, engines, engine_mode, features)
      values ('bench', 'bench', 'UTC', '1', '{}', 'single', '{}');
    insert into people (name, kind) values ('bench', 'program');
    insert into role_grants (person_id, role, tenant_id) values (1, 'super-administrator', 1);
    create table plain_assets (type text, project text, code text, content text, digest bytea,
      primary key (type, project, code))`);
  await database('tokens').insert({ person_id: 1, hash: hashToken(token), label: 'bench' });
}

async function emptyTables(database) {
  await database.raw(
    'truncate plain_assets, asset_versions, assets, content_references, contents; checkpoint',
  );
}

function psqlArguments(file) {
  return ['-qc', `\\copy plain_assets from '${file}'`];
}

/** Passwords do not belong into argument lists. */
function psqlEnvironment() {
  return {
    PGHOST: url.hostname,
    PGPORT: url.port,
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: name,
  };
}

function gantryArguments(file) {
  return [
    join(project, 'dist/cli/main.js'),
    'catalog',
    'load',
    file,
    '--tenant',
    'bench',
    '--json',
  ];
}

function gantryEnvironment(token) {
  const unused = 'http://127.0.0.1:1';
  return {
    GANTRY_DATABASE_URL: url.toString(),
    GANTRY_TEMPORAL_ADDRESS: '127.0.0.1:1',
    GANTRY_TEMPORAL_UI_URL: unused,
    GANTRY_S3_ENDPOINT: unused,
    GANTRY_S3_ACCESS_KEY: 'unused',
    GANTRY_S3_SECRET_KEY: 'unused',
    GANTRY_ENCRYPTION_KEY: randomKey(),
    GANTRY_TOKEN: token,
  };
}

/** The same in every round, or secrets would differ. */
function randomKey() {
  return Buffer.alloc(32, name).toString('base64');
}

/** Wall time from start to end of the process, and its peak memory where /usr/bin/time is there. */
function measure(command, commandArguments, environment) {
  const memoryFile = join(folder, 'memory');
  const timed = spawnSync('/usr/bin/time', ['-f', '%M', '-o', memoryFile, 'true']).status === 0;
  const full = timed
    ? ['-f', '%M', '-o', memoryFile, command, ...commandArguments]
    : commandArguments;
  const began = process.hrtime.bigint();
  const run = spawnSync(timed ? '/usr/bin/time' : command, full, {
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
  });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (run.status !== 0) throw new Error(`${command} failed: ${run.stderr}${run.stdout}`);
  const memoryKb = timed ? Number(readFileSync(memoryFile, 'utf8')) : null;
  return { seconds: Number(seconds.toFixed(2)), memoryMb: memoryKb && Math.round(memoryKb / 1024) };
}

async function serverVersion(database) {
  return (await database.raw('show server_version')).rows[0].server_version;
}

function report(input, rounds, version) {
  const median = (of) => rounds.map(of).sort((a, b) => a - b)[Math.floor(rounds.length / 2)];
  const psql = median((round) => round.psql.seconds);
  const load = median((round) => round.load.seconds);
  const again = median((round) => round.again.seconds);
  const result = {
    measuredAt: new Date().toISOString(),
    documents: input.count,
    bytes: input.bytes,
    postgres: version,
    node: process.version,
    cpus: `${cpus().length} × ${cpus()[0]?.model}`,
    // Of the last 15 minutes: what else was at work.
    loadAverage: Number(loadavg()[2].toFixed(1)),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    medianSeconds: { psql, load, again },
    ratio: Number((load / psql).toFixed(2)),
    goal: 4,
    peakMemoryMb: Math.max(...rounds.map((round) => round.load.memoryMb ?? 0)),
    rounds,
  };
  const target = join(project, 'bench/results');
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'catalog-load.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(target, 'catalog-load.md'), toMarkdown(result));
  console.log(`ratio ${result.ratio} (goal ${result.goal}), peak ${result.peakMemoryMb} MB`);
}

function toMarkdown(result) {
  const { medianSeconds: seconds, rounds } = result;
  return `# Loading the catalog

\`gantry catalog load\` beside \`psql \\copy\` of the same documents into a plain table with a primary
key, in one PostgreSQL, turn by turn; wall seconds from process start to process end.

${result.documents} documents, ${(result.bytes / 1e6).toFixed(1)} MB; PostgreSQL ${result.postgres}, Node ${result.node},
${result.cpus}, ${result.memoryGb} GB, load average ${result.loadAverage}; measured ${result.measuredAt}.

| round | psql \\copy | catalog load | loaded again | peak memory of the load |
| --- | --- | --- | --- | --- |
${rounds.map((one, index) => `| ${index + 1} | ${one.psql.seconds} | ${one.load.seconds} | ${one.again.seconds} | ${one.load.memoryMb} MB |`).join('\n')}
| median | ${seconds.psql} | ${seconds.load} | ${seconds.again} | |

Ratio ${result.ratio}; the goal is at most ${result.goal}. Besides copying, the load parses, checks and
canonicalises every document, hashes it, seals secrets, keeps references and versions, and applies
all or nothing; psql gets its rows ready-made.
`;
}

async function inDatabase(address, body) {
  const database = connectDatabase({ url: address, poolMax: 1, applicationName: 'gantry bench' });
  try {
    return await body(database);
  } finally {
    await database.destroy();
  }
}
