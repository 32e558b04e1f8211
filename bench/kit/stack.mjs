import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The embedded stack in `home`, started with this many workers from the build in `project`; `stop`
 * leaves its data.
 */
export async function startStack({ project, home, workerCount, note }) {
  const require = createRequire(join(project, 'package.json'));
  const load = (name) => require(join(project, 'dist', name));
  const { upStack } = load('local/up-stack.js');
  const { downStack } = load('local/down-stack.js');
  const { readStackEnvironment } = load('local/stack-environment.js');
  const { credentialFiles } = load('local/stack-credentials.js');
  const { buildStackPaths } = load('local/stack-paths.js');
  const { parseSettings } = load('schemas/settings.js');
  const { connectDatabase } = load('store/database/connect.js');
  const { connectGantry } = load('client/index.js');

  await downStack({ home });
  const { parts } = await upStack({ home, workerCount, log: note });
  const environment = readStackEnvironment(home);
  const readText = (path) => readFileSync(path, 'utf8');
  const settings = parseSettings(environment, readText);
  const token = readText(credentialFiles(buildStackPaths(home)).adminTokenFile).trim();
  const gantry = await connectGantry({ environment, token });
  const database = connectDatabase({ ...settings.database, applicationName: 'gantry bench' });
  return {
    gantry,
    database,
    settings,
    workerPids: parts.filter(({ name }) => name.startsWith('worker')).map(({ pid }) => pid),
    async stop() {
      await gantry.close();
      await database.destroy();
      await downStack({ home });
    },
  };
}

/** The peak of each process's resident memory so far, in MiB (Linux alone tells). */
export function peakMemoryMib(pids) {
  return pids.map((pid) => {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Math.round(Number(found?.[1]) / 1024);
  });
}

/** Seconds of processor time that the processes have used so far. */
export function cpuSeconds(pids) {
  const ticks = pids.map((pid) => {
    // Behind the name, which may hold anything, utime and stime are the 12th and 13th field.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond;
}

const ticksPerSecond = 100;
