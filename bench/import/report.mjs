import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, orNull, ratio } from '../kit/figures.mjs';
import { machineLine } from '../kit/machine.mjs';

/** Writes `import.json` with every round and `import.md` with medians and ratios. */
export function writeReport({ folder, machine, rounds }) {
  const sizes = [...new Set(rounds.map(({ size }) => size))];
  const summary = sizes.map((size) => summarise(rounds.filter((round) => round.size === size)));
  mkdirSync(folder, { recursive: true });
  const result = { machine, summary, rounds };
  writeFileSync(join(folder, 'import.json'), `${JSON.stringify(result, null, 2)}\n`);
  const text = toMarkdown(result);
  writeFileSync(join(folder, 'import.md'), text);
  console.log(text);
}

function summarise(rounds) {
  const of = (take) => median(rounds.map(take));
  const size = rounds[0].size;
  const gantrySeconds = of(({ gantry }) => gantry.seconds);
  const scriptSeconds = of(({ script }) => script.seconds);
  const restoreSeconds = of(({ restore }) => restore?.seconds ?? NaN);
  const stepsOf = (which) =>
    Object.fromEntries(
      Object.keys(rounds[0][which].steps).map((name) => [
        name,
        of((round) => round[which].steps[name] ?? 0),
      ]),
    );
  return {
    size,
    gantrySeconds,
    againSeconds: of(({ again }) => again.seconds),
    againWritten: Math.max(...rounds.map(({ again }) => again.written)),
    scriptSeconds,
    restoreSeconds: orNull(restoreSeconds),
    rateToScript: ratio(scriptSeconds, gantrySeconds),
    rateToRestore: orNull(ratio(restoreSeconds, gantrySeconds)),
    objectsPerSecond: Math.round(size / gantrySeconds),
    scriptObjectsPerSecond: Math.round(size / scriptSeconds),
    workerPeakMib: Math.max(...rounds.flatMap(({ again }) => again.workerPeakMib)),
    scriptPeakMib: Math.max(...rounds.map(({ script }) => script.peakMib)),
    workerCpuSeconds: of(({ gantry }) => gantry.cpuSeconds),
    scriptCpuSeconds: of(({ script }) => script.cpuSeconds),
    uploadSeconds: of(({ gantry }) => gantry.uploadSeconds),
    steps: stepsOf('gantry'),
    againSteps: stepsOf('again'),
  };
}

function toMarkdown({ machine, summary }) {
  const count = (value) => value.toLocaleString('en');
  const rows = summary.map((one) =>
    [
      ...[count(one.size), one.gantrySeconds, one.scriptSeconds, one.restoreSeconds ?? '–'],
      ...[one.rateToScript, one.rateToRestore ?? '–', count(one.objectsPerSecond)],
      ...[count(one.scriptObjectsPerSecond), one.againSeconds, one.againWritten],
      ...[one.workerCpuSeconds, one.scriptCpuSeconds, one.workerPeakMib, one.scriptPeakMib],
    ].join(' | '),
  );
  const names = Object.keys(summary[0]?.steps ?? {});
  const steps = summary.flatMap((one) =>
    [
      ['first', one.steps],
      ['again', one.againSteps],
    ].map(
      ([which, of]) =>
        `| ${count(one.size)}, ${which} | ${names.map((name) => of[name]).join(' | ')} |`,
    ),
  );
  return `# Importing whole packages

Gantry, from the call with a local file to the end of the run (upload, receiving, verifying every entry,
plan, staging, applying with before-images and versions, listing for publishing), into an empty tenant of
an installation that has never seen the package; the same package again; beside a plain script without
Temporal (ZIP, SHA-256 and count of each entry, \`JSON.parse\` and SHA-256 of each line, COPY into an
unlogged table, one merge) and \`pg_restore\` of the same rows. One after another, medians of all
rounds; memory is the highest peak. Rates are Gantry's divided by the peer's: 1 is as fast.

${machineLine(machine)}

| objects | Gantry s | script s | pg_restore s | rate to script | rate to pg_restore | objects/s | script objects/s | again s | again written | worker CPU s | script CPU s | worker MiB | script MiB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}

Seconds of each step:

| objects | ${names.join(' | ')} |
| --- |${' --- |'.repeat(names.length)}
${steps.join('\n')}
`;
}
