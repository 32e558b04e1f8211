import { readSecret } from './stack-credentials';
import { readStackEnvironment } from './stack-environment';
import { buildStackPaths } from './stack-paths';
import { stackStatus } from './stack-status';
import { checkMachine } from './checks/check-machine';
import { checkHome } from './checks/check-home';
import { checkServers } from './checks/check-servers';
import type { Check } from './checks/check';

/**
 * Looks at everything an embedded stack needs, running or not, and says for each what is wrong and
 * what to do (RUN-16); it changes nothing and never throws for what it finds.
 *
 * @example const sick = (await doctor({ home: '.gantry' })).filter((check) => !check.ok);
 */
export async function doctor({ home }: { readonly home: string }): Promise<readonly Check[]> {
  const paths = buildStackPaths(home);
  const checks = [...(await checkMachine(paths)), ...checkHome(paths)];
  let environment: ReturnType<typeof readStackEnvironment>;
  try {
    environment = readStackEnvironment(home);
  } catch (error) {
    return [...checks, missingStack(error)];
  }
  const status = stackStatus({ home });
  const password = () => readSecret(environment['GANTRY_DATABASE_PASSWORD_FILE'] ?? '');
  return [...checks, ...(await checkServers({ environment, status, password }))];
}

function missingStack(error: unknown): Check {
  const detail = error instanceof Error ? error.message : String(error);
  return { name: 'stack', ok: false, detail, fix: 'Start it: gantry up.' };
}
