import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, ratio } from '../kit/figures.mjs';
import { machineLine } from '../kit/machine.mjs';

/** Writes `catalog-load.json` with every round and `catalog-load.md` with medians and ratios. */
export function writeReport({ folder, machine, rounds }) {
  const sizes = [...new Set(rounds.map(({ size }) => size))];
  const summary = sizes.map((size) => summarise(rounds.filter((round) => round.size === size)));
  mkdirSync(folder, { recursive: true });
  const result = { machine, summary, rounds };
  writeFileSync(join(folder, 'catalog-load.json'), `${JSON.stringify(result, null, 2)}\n`);
  const text = toMarkdown(result);
  writeFileSync(join(folder, 'catalog-load.md'), text);
  console.log(text);
}

function summarise(rounds) {
  const of = (take) => median(rounds.map(take));
  const { size } = rounds[0];
  const [psql, load] = [of((round) => round.psql.seconds), of((round) => round.load.seconds)];
  return {
    size,
    psqlSeconds: psql,
    loadSeconds: load,
    toPsql: ratio(load, psql),
    objectsPerSecond: Math.round(size / load),
    againSeconds: of((round) => round.again.seconds),
    peakMib: Math.max(...rounds.map((round) => round.load.peakMib ?? NaN)),
  };
}

function toMarkdown({ machine, summary }) {
  const count = (value) => value.toLocaleString('en');
  const rows = summary.map(
    (one) =>
      `| ${count(one.size)} | ${one.loadSeconds} | ${one.psqlSeconds} | ${one.toPsql} | ${count(one.objectsPerSecond)} | ${one.againSeconds} | ${one.peakMib} |`,
  );
  return `# Loading the catalog

\`gantry catalog load\` into an empty tenant beside \`psql \\copy\` of the same documents into a plain table
with a primary key, in one PostgreSQL, turn by turn in a new installation each round; seconds from
process start to process end, medians of all rounds. Besides copying, the load parses, checks and
canonicalises every document, hashes it, seals secrets, keeps references and versions, and applies all
or nothing; psql gets its rows ready-made. *again* loads the same file a second time, which changes
nothing.

${machineLine(machine)}

| objects | load s | psql \\copy s | load/psql | objects/s | again s | load MiB |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
