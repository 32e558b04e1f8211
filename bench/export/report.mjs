import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, orNull, ratio } from '../kit/figures.mjs';
import { machineLine } from '../kit/machine.mjs';

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

${machineLine(machine)}

| objects | Gantry s | script s | pg_dump s | Gantry/script | Gantry/pg_dump | first s | objects/s | worker CPU s | script CPU s | worker MiB | script MiB | package MB | script MB | dump MB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Seconds of each step:

| objects | ${names.join(' | ')} |
| --- |${' --- |'.repeat(names.length)}
${steps.join('\n')}
`;
}

const megabytes = (bytes) => Number((bytes / 1e6).toFixed(1));
