// Measures the secret scan over files of asset documents, on one core and without a database, and
// writes bench/results/detection.{json,md}. The features are the detection features in the files.
//
//   npm run build
//   node bench/detection/run.mjs FILE… [--rounds 3]
//
// FILE is NDJSON, decompressed; several are scanned as one.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const project = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const require = createRequire(import.meta.url);
const { compileFeatures } = require(join(project, 'dist/store/detection/compile-features.js'));
const { scanDocument } = require(join(project, 'dist/store/detection/scan-document.js'));

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
if (positionals.length === 0) throw new Error('Name NDJSON files; see the head of this script');

const documents = positionals
  .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));
const lines = documents.map((document) => JSON.stringify(document));
const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);

const compiling = process.cpuUsage();
const features = compileFeatures(documents.filter(({ type }) => type === 'detection_feature'));
const compileSeconds = secondsSince(compiling);

const rounds = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  const scanning = process.cpuUsage();
  let suspected = 0;
  for (const line of lines) suspected += scanDocument(features, line).length;
  rounds.push({ cpuSeconds: secondsSince(scanning), suspected });
  console.log(`round ${round + 1}: ${rounds[round].cpuSeconds} s`);
}
report();

function secondsSince(before) {
  const { user, system } = process.cpuUsage(before);
  return Number(((user + system) / 1e6).toFixed(2));
}

function report() {
  const { cpuSeconds, suspected } = [...rounds].sort((a, b) => a.cpuSeconds - b.cpuSeconds)[
    Math.floor((rounds.length - 1) / 2)
  ];
  const result = {
    at: new Date().toISOString(),
    machine: {
      cpu: cpus()[0].model,
      cores: cpus().length,
      load: loadavg()[0],
      node: process.version,
    },
    input: { documents: lines.length, bytes },
    features: { used: features.features.length, unsupported: features.unsupported.length },
    compileSeconds,
    scan: { cpuSeconds, mbPerSecond: Number((bytes / 1e6 / cpuSeconds).toFixed(1)), suspected },
    rounds,
  };
  const base = join(project, 'bench/results/detection');
  writeFileSync(`${base}.json`, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(
    `${base}.md`,
    `# Secret scan

Written by \`bench/detection/run.mjs\`; processor seconds of one core, the median of ${rounds.length} rounds.

| what | |
| --- | --- |
| documents | ${lines.length.toLocaleString('en')} |
| bytes | ${(bytes / 1e6).toFixed(1)} MB |
| features | ${features.features.length} used, ${features.unsupported.length} not |
| compiling the features | ${compileSeconds} s |
| scanning | ${cpuSeconds} s |
| throughput | ${result.scan.mbPerSecond} MB/s, ${Math.round(lines.length / cpuSeconds).toLocaleString('en')} documents/s |
| suspected secrets | ${suspected} |
| load of the machine meanwhile | ${result.machine.load.toFixed(1)} on ${result.machine.cores} cores |
`,
  );
}
