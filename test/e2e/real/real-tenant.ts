import { createShell, type ShellResult } from '../../support/shell';
import { createGantryStack, type CastName, type GantryStack } from '../../support/gantry-stack';
import { readHistories } from '../../support/histories';
import { realCatalog } from '../../support/real-data';

/** A stack with an empty tenant, and a shell in which its people work. */
export interface RealTenant extends GantryStack {
  /** Runs a line as somebody; fails the test unless it ends with `status`. Gives what it printed. */
  line(
    line: string,
    options?: { readonly as?: CastName; readonly status?: number },
  ): Promise<string>;
  /** Loads a real catalog by the command line. */
  load(name: string): Promise<void>;
  /** Everything that commands and workers wrote, and every event of every workflow. */
  traces(): Promise<string[]>;
}

/** Makes the stack; commands are the built program, run by `sh` in a folder of their own. */
export async function createRealTenant(folder: string): Promise<RealTenant> {
  const stack = await createGantryStack({ catalog: [] });
  const shell = createShell(folder, stack.environment);
  const printed: string[] = [];
  const line: RealTenant['line'] = async (text, { as = 'mara', status = 0 } = {}) => {
    const result = await shell(text, stack.tokenOf(as));
    printed.push(result.stdout, result.stderr);
    if (result.status !== status) throw unexpected(text, result);
    return result.stdout;
  };
  return {
    ...stack,
    line,
    load: async (name) => {
      await line(`gantry catalog load ${realCatalog(name)} --json`);
    },
    traces: async () => [
      ...printed,
      stack.logs(),
      ...(await readHistories(stack.environment)).values(),
    ],
  };
}

function unexpected(line: string, { status, stdout, stderr }: ShellResult): Error {
  return new Error(`${line} ended with ${String(status)}\n${stdout.slice(-2000)}\n${stderr}`);
}
