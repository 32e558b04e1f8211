import { InvalidArgumentError } from 'commander';

/** An override as an option means it; what may be overridden the client checks. */
export interface GivenOverride {
  readonly code: string;
  readonly object?: {
    readonly type: string;
    readonly project: string | null;
    readonly code: string;
  };
  readonly reason: string;
}

/** What a command says about its option `--override`. */
export const overrideHelp =
  'lets a finding pass: CODE=reason, or CODE@type/project/code=reason for one object; repeatable';

/**
 * Option parser: `CODE=reason`, or `CODE@type/project/code=reason` for one object, with an empty
 * project for types of the tenant; each further one is added.
 */
export function collectOverride(
  value: string,
  previous: readonly GivenOverride[] = [],
): GivenOverride[] {
  const [name = '', reason] = value.split(/=(.*)/s, 2);
  if (reason === undefined) throw new InvalidArgumentError('Give a reason: CODE=reason.');
  const [code = '', object] = name.split(/@(.*)/s, 2);
  if (object === undefined) return [...previous, { code, reason }];
  const parts = /^([^/]*)\/([^/]*)\/(.+)$/s.exec(object);
  if (parts === null)
    throw new InvalidArgumentError(
      'Name the object as type/project/code; type//code has no project.',
    );
  const [, type = '', project = '', objectCode = ''] = parts;
  const named = { type, project: project === '' ? null : project, code: objectCode };
  return [...previous, { code, object: named, reason }];
}
