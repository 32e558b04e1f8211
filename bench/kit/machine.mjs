import { cpus, loadavg, totalmem } from 'node:os';

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

/** The same as a line of a report. */
export function machineLine(machine, without) {
  const { cpus: processors, memoryGib, node, postgres, pgDump } = machine;
  return `${processors}, ${memoryGib} GiB; Node ${node}, PostgreSQL ${postgres}, ${pgDump ?? without};
worker processes: ${machine.workers}; load average ${machine.loadAverage}; measured ${machine.measuredAt}.`;
}
