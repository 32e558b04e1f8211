import { round, stepSeconds } from '../kit/figures.mjs';
import { cpuSeconds, peakMemoryMib } from '../kit/stack.mjs';
import { tenantOf } from './catalog.mjs';

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
  return {
    release,
    seconds: round(seconds),
    objectsPerSecond: Math.round(size / seconds),
    packageBytes: file.sizeBytes,
    cpuSeconds: round(cpuSeconds(workerPids) - cpuBefore),
    workerPeakMib: peakMemoryMib(workerPids),
    steps: await stepSeconds(gantry, run),
  };
}
