import { cpuSeconds, peakMemoryMib } from '../export/stack.mjs';

const tenant = 'bench';

/** Makes an empty tenant which knows the credential of the packages. */
export async function addTarget({ gantry }, seed) {
  await gantry.tenants.create({ code: tenant, timeZone: 'UTC' });
  const settings = {
    credential: `bench credential ${seed}`,
    retentionDays: 1,
    storagePrefix: `packages/${tenant}`,
    permissionVerification: true,
    autoGrant: false,
    exportApproval: { kind: 'none' },
    publishApproval: { kind: 'none' },
  };
  await gantry.tenants.changeSettings({ tenant, settings });
  await gantry.tenants.startMode({ tenant, mode: 'cross-tenant-publishing' });
}

/**
 * Imports a package from a file: seconds from the call, upload included, to the end of the run;
 * seconds of each step; peak memory of each worker so far. Throws unless it wrote `written` objects.
 */
export async function importWithGantry({ gantry, workerPids }, { file, requestId, size, written }) {
  const cpuBefore = cpuSeconds(workerPids);
  const began = performance.now();
  const { run } = await gantry.imports.run({ tenant, file, requestId });
  const started = performance.now();
  const { outcome, reason, result } = await gantry.runs.result({ run });
  const seconds = (performance.now() - began) / 1000;
  if (outcome !== 'succeeded') throw new Error(`the import ended as ${outcome}: ${reason}`);
  if (result.written !== written) throw new Error(`${result.written} of ${written} were written`);
  const { steps } = await gantry.runs.show({ run });
  return {
    seconds: round(seconds),
    uploadSeconds: round((started - began) / 1000),
    objectsPerSecond: Math.round(size / seconds),
    written: result.written,
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
