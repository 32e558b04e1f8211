import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were taken on; `peer` is the program that is measured beside Gantry. */
export async function describeMachine({ database, peer, workers }) {
  const { rows } = await database.raw('show server_version');
  return {
    measuredAt: new Date().toISOString(),
    cpus: `${cpus().length} × ${cpus()[0]?.model}`,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres: rows[0].server_version,
    peer,
    workers,
    // Of the last 15 minutes: with nothing else at work it stays near what the export itself takes.
    loadAverage: Number(loadavg()[2].toFixed(1)),
  };
}

/** The same as a line of a report. */
export function machineLine({ cpus: processors, ...machine }) {
  return `${processors}, ${machine.memoryGib} GiB; Node ${machine.node}, PostgreSQL ${machine.postgres}, ${machine.peer};
worker processes: ${machine.workers}; load average ${machine.loadAverage}; measured ${machine.measuredAt}.`;
}
