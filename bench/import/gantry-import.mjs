import { round, stepSeconds } from '../kit/figures.mjs';
import { cpuSeconds, peakMemoryMib } from '../kit/stack.mjs';

/** The tenant that packages are imported into. */
export const targetTenant = 'bench';

/**
 * Imports a package from a file: seconds from the call, upload included, to the end of the run;
 * seconds of each step; peak memory of each worker so far. Throws unless it wrote `written` objects.
 */
export async function importWithGantry({ gantry, workerPids }, { file, requestId, size, written }) {
  const cpuBefore = cpuSeconds(workerPids);
  const began = performance.now();
  const { run } = await gantry.imports.run({ tenant: targetTenant, file, requestId });
  const started = performance.now();
  const { outcome, reason, result } = await gantry.runs.result({ run });
  const seconds = (performance.now() - began) / 1000;
  if (outcome !== 'succeeded') throw new Error(`the import ended as ${outcome}: ${reason}`);
  if (result.written !== written) throw new Error(`${result.written} of ${written} were written`);
  return {
    seconds: round(seconds),
    uploadSeconds: round((started - began) / 1000),
    objectsPerSecond: Math.round(size / seconds),
    written: result.written,
    cpuSeconds: round(cpuSeconds(workerPids) - cpuBefore),
    workerPeakMib: peakMemoryMib(workerPids),
    steps: await stepSeconds(gantry, run),
  };
}
