import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * What the benchmarks of exports and imports are asked for; the README of each says what every option
 * means. `files` holds the newest warehouse first: the smallest size is that file alone.
 */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: '8105,43554,1000000' },
      runs: { type: 'string', default: '3' },
      workers: { type: 'string', default: '1' },
      catalog: { type: 'string', default: process.env.GANTRY_BENCH_CATALOG },
      home: { type: 'string', default: '.gantry-bench' },
      build: { type: 'string', default: resolve(import.meta.dirname, '../..') },
      seed: { type: 'string', default: '1' },
      'pg-bin': { type: 'string', default: '/usr/lib/postgresql/15/bin' },
      out: { type: 'string', default: resolve(import.meta.dirname, '../results') },
    },
  });
  if (values.catalog === undefined)
    throw new Error('Name the folder of asset documents: --catalog FOLDER; see the README');
  const home = resolve(values.home);
  mkdirSync(home, { recursive: true, mode: 0o711 });
  return {
    home,
    project: resolve(values.build),
    sizes: values.sizes.split(',').map(Number),
    runs: Number(values.runs),
    workers: Number(values.workers),
    seed: values.seed,
    bin: values['pg-bin'],
    out: values.out,
    files: [newest(values.catalog, 'warehouse-2'), newest(values.catalog, 'standards')],
    note: (text) => process.stderr.write(`${text}\n`),
  };
}

function newest(folder, prefix) {
  const name = readdirSync(folder)
    .filter((one) => one.startsWith(prefix) && /\.ndjson(\.xz)?$/.test(one))
    .sort()
    .at(-1);
  if (name === undefined) throw new Error(`${folder} lacks ${prefix}*.ndjson`);
  return join(folder, name);
}
