import { join, resolve } from 'node:path';

/** Where the parts of an embedded stack lie; all of it is below one folder (RUN-16). */
export interface StackPaths {
  readonly home: string;
  readonly stateFile: string;
  readonly credentials: string;
  readonly data: string;
  readonly logs: string;
}

/** The paths of the stack in `home`, which is made absolute. */
export function buildStackPaths(home: string): StackPaths {
  const root = resolve(home);
  return {
    home: root,
    stateFile: join(root, 'stack.json'),
    credentials: join(root, 'credentials'),
    data: join(root, 'data'),
    logs: join(root, 'logs'),
  };
}

/** The folder of the stack when none is named: `$GANTRY_HOME`, else `.gantry` in the current folder. */
export function defaultHome(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['GANTRY_HOME'];
  return resolve(named === undefined || named === '' ? '.gantry' : named);
}
