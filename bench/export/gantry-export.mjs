import { tenantOf } from './catalog.mjs';
import { cpuSeconds, peakMemoryMib } from './stack.mjs';

/**
 * Exports the whole catalog of `size` assets: seconds from the request to the end of the run, which
 * is later than the package is registered; seconds of each step; peak memory of each worker.
 */
export async function exportWithGantry({ gantry, workerPids }, size) {
  const tenant = tenantOf(size);
  const { id: release } = await gantry.releases.create({ tenant, scope: { method: 'full' } });
  const cpuBefore = cpuSeconds(workerPids);
  const began = performance.now();
  const run = await gantry.releases.export({ tenant, release });
  const { outcome, reason } = await gantry.runs.result({ run });
  const seconds = (performance.now() - began) / 1000;
  if (outcome !== 'succeeded') throw new Error(`the export ended as ${outcome}: ${reason}`);
  const { package: file } = await gantry.releases.show({ tenant, release });
  if (file.counts.objects !== size)
    throw new Error(`${file.counts.objects} of ${size} objects were packed`);
  const { steps } = await gantry.runs.show({ run });
  return {
    release,
    seconds: round(seconds),
    objectsPerSecond: Math.round(size / seconds),
    packageBytes: file.sizeBytes,
    cpuSeconds: round(cpuSeconds(workerPids) - cpuBefore),
    workerPeakMib: peakMemoryMib(workerPids),
    steps: Object.fromEntries(steps.map((step) => [step.name, secondsOf(step)])),
  };
}

function secondsOf({ startedAt, endedAt }) {
  return startedAt === null || endedAt === null
    ? null
    : round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}

const round = (value) => Number(value.toFixed(2));
