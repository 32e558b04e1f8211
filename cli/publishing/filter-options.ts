import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError, type Command } from 'commander';
import type { Gantry } from '../../client';
import { PipelineError } from '../../schemas/pipeline-error';
import { collect } from '../kit/collect';

type ListInput = Parameters<Gantry['publishing']['list']>[0];
type ObjectKey = NonNullable<Parameters<Gantry['publishing']['run']>[0]['objects']>[number];

/** What narrows the list, as options. */
export interface FilterOptions {
  readonly type?: string[];
  readonly category?: string[];
  readonly change?: string[];
  readonly names?: string;
}

/** Adds the options that narrow the list (REL-36). */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--type <type...>', 'of this asset type; repeatable', collect)
    .option('--category <category...>', 'of this category; repeatable', collect)
    .option('--change <change...>', 'new, changed or deleted; repeatable', collect)
    .option(
      '--names <file>',
      'only these exact names or codes, one per line, up to 1,000; - for stdin',
    );
}

/** The options as the client takes them, which tells what it does not know. */
export async function toFilter(
  options: FilterOptions,
): Promise<Pick<ListInput, 'types' | 'categories' | 'changeTypes' | 'names'>> {
  const { type, category, change, names } = options;
  return {
    ...(type === undefined ? {} : { types: type as never }),
    ...(category === undefined ? {} : { categories: category as never }),
    ...(change === undefined ? {} : { changeTypes: change as never }),
    ...(names === undefined ? {} : { names: await readNames(names) }),
  };
}

async function readNames(path: string): Promise<string[]> {
  try {
    const content = path === '-' ? await text(process.stdin) : await readFile(path, 'utf8');
    return content.split(/\r?\n/).filter((line) => line !== '');
  } catch (cause) {
    throw new PipelineError('InvalidInput', { namesFile: path }, { cause });
  }
}

/** Option parser: collects objects written as `type:code` or `type:project:code`. */
export function collectObject(value: string, previous: ObjectKey[] | undefined): ObjectKey[] {
  return [...(previous ?? []), toObjectKey(value)];
}

/** An object as the command line names it: `type:code`, or `type:project:code`. */
export function toObjectKey(value: string): ObjectKey {
  const [type, ...rest] = value.split(':');
  const [project, code] = rest.length < 2 ? [null, rest[0]] : [rest[0], rest.slice(1).join(':')];
  if (type === undefined || code === undefined || code === '')
    throw new InvalidArgumentError('is not type:code or type:project:code.');
  return { type: type as never, project: project ?? null, code };
}
