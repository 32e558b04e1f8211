import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { PipelineError } from '../schemas/pipeline-error';
import { portNames } from './stack-ports';
import type { StackPaths } from './stack-paths';

const Mark = z.object({ pid: z.number(), identity: z.string() });

/** How a part of the stack is doing. */
export const PartState = z.enum(['starting', 'running', 'stopped', 'failed']);
export type PartState = z.infer<typeof PartState>;

/** One supervised process; `startedAt` is an ISO time. */
export const PartStatus = z.object({
  name: z.string(),
  state: PartState,
  process: Mark.nullable(),
  startedAt: z.string().nullable(),
  restarts: z.number(),
});
export type PartStatus = z.infer<typeof PartStatus>;

/** What `<home>/stack.json` remembers between starts and shows while the stack runs. */
export const StackState = z.object({
  ports: z.partialRecord(z.enum(portNames), z.number()),
  owner: Mark.nullable(),
  phase: PartState,
  failure: z.object({ code: z.string(), message: z.string(), fix: z.string() }).nullable(),
  parts: z.array(PartStatus),
});
export type StackState = z.infer<typeof StackState>;

/** The remembered state, or undefined where no stack was ever started. */
export function readStackState(paths: StackPaths): StackState | undefined {
  let text: string;
  try {
    text = readFileSync(paths.stateFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new PipelineError('StackStateUnreadable', { file: paths.stateFile }, { cause: error });
  }
  try {
    return StackState.parse(JSON.parse(text));
  } catch (error) {
    throw new PipelineError('StackStateUnreadable', { file: paths.stateFile }, { cause: error });
  }
}

/** Changes the state in one step that a reader sees whole or not at all; the file has mode 0600. */
export function writeStackState(paths: StackPaths, change: Partial<StackState>): StackState {
  const state = { ...(readStackState(paths) ?? emptyState), ...change };
  const temporary = `${paths.stateFile}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, paths.stateFile);
  return state;
}

const emptyState: StackState = {
  ports: {},
  owner: null,
  phase: 'stopped',
  failure: null,
  parts: [],
};
