import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

/** What the figures were taken on. */
export async function describeMachine({ database, dumpServer, workers }) {
  const { rows } = await database.raw('show server_version');
  return {
    measuredAt: new Date().toISOString(),
    cpus: `${cpus().length} × ${cpus()[0]?.model}`,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres: rows[0].server_version,
    pgDump: dumpServer?.version ?? null,
    workers,
    // Of the last 15 minutes: with nothing else at work it stays near what the export itself takes.
    loadAverage: Number(loadavg()[2].toFixed(1)),
  };
}

/** Writes `export.json` with every round and `export.md` with medians and ratios. */
export function writeReport({ folder, machine, rounds, firsts }) {
  const sizes = [...new Set(rounds.map(({ size }) => size))];
  const summary = sizes.map((size) => {
    const first = firsts.find((one) => one.size === size);
    return summarise(
      rounds.filter((round) => round.size === size),
      first,
    );
  });
  mkdirSync(folder, { recursive: true });
  const result = { machine, summary, rounds, firsts };
  writeFileSync(join(folder, 'export.json'), `${JSON.stringify(result, null, 2)}\n`);
  const text = toMarkdown(result);
  writeFileSync(join(folder, 'export.md'), text);
  console.log(text);
}

function summarise(rounds, first) {
  const of = (take) => median(rounds.map(take));
  const gantrySeconds = of(({ gantry }) => gantry.seconds);
  const scriptSeconds = of(({ script }) => script.seconds);
  const dumpSeconds = of(({ dump }) => dump?.seconds ?? NaN);
  const size = rounds[0].size;
  const steps = Object.keys(rounds[0].gantry.steps).map((name) => [
    name,
    of(({ gantry }) => gantry.steps[name] ?? 0),
  ]);
  return {
    size,
    gantrySeconds,
    firstSeconds: first.seconds,
    scriptSeconds,
    dumpSeconds: orNull(dumpSeconds),
    toScript: ratio(gantrySeconds, scriptSeconds),
    toDump: orNull(ratio(gantrySeconds, dumpSeconds)),
    objectsPerSecond: Math.round(size / gantrySeconds),
    workerPeakMib: Math.max(
      ...first.workerPeakMib,
      ...rounds.flatMap(({ gantry }) => gantry.workerPeakMib),
    ),
    scriptPeakMib: Math.max(...rounds.map(({ script }) => script.peakMib)),
    workerCpuSeconds: of(({ gantry }) => gantry.cpuSeconds),
    scriptCpuSeconds: of(({ script }) => script.cpuSeconds),
    packageMb: megabytes(of(({ gantry }) => gantry.packageBytes)),
    scriptMb: megabytes(of(({ script }) => script.packageBytes)),
    dumpMb: orNull(megabytes(of(({ dump }) => dump?.packageBytes ?? NaN))),
    steps: Object.fromEntries(steps),
  };
}

function toMarkdown({ machine, summary }) {
  const rows = summary.map(
    (one) =>
      `| ${one.size.toLocaleString('en')} | ${one.gantrySeconds} | ${one.scriptSeconds} | ${one.dumpSeconds ?? '–'} | ${one.toScript} | ${one.toDump ?? '–'} | ${one.firstSeconds} | ${one.objectsPerSecond.toLocaleString('en')} | ${one.workerCpuSeconds} | ${one.scriptCpuSeconds} | ${one.workerPeakMib} | ${one.scriptPeakMib} | ${one.packageMb} | ${one.scriptMb} | ${one.dumpMb ?? '–'} |`,
  );
  const names = Object.keys(summary[0]?.steps ?? {});
  const steps = summary.map(
    (one) =>
      `| ${one.size.toLocaleString('en')} | ${names.map((name) => one.steps[name]).join(' | ')} |`,
  );
  const runs = summary.length === 0 ? '' : 'medians of all runs; memory is the highest peak.';
  return `# Exporting whole catalogs

Gantry, from the request to the end of the run (checks, freezing with requirements, collecting, joining,
sealing, verifying the stored package, registering), beside a plain script without Temporal (COPY,
ZIP at level 6, SHA-256 per entry, manifest, put to the same store) and \`pg_dump -Fc\` of the same rows;
one after another in one run, ${runs} *first* is an export
before these, which also searches every content for secrets with the tenant's 222 detection features;
content that was searched once is not searched again.

${machine.cpus}, ${machine.memoryGib} GiB; Node ${machine.node}, PostgreSQL ${machine.postgres}, ${machine.pgDump ?? 'no pg_dump'};
worker processes: ${machine.workers}; load average ${machine.loadAverage}; measured ${machine.measuredAt}.

| objects | Gantry s | script s | pg_dump s | Gantry/script | Gantry/pg_dump | first s | objects/s | worker CPU s | script CPU s | worker MiB | script MiB | package MB | script MB | dump MB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Seconds of each step:

| objects | ${names.join(' | ')} |
| --- |${' --- |'.repeat(names.length)}
${steps.join('\n')}
`;
}

function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

const ratio = (one, other) => Number((one / other).toFixed(2));
const megabytes = (bytes) => Number((bytes / 1e6).toFixed(1));
const orNull = (value) => (Number.isNaN(value) ? null : value);
