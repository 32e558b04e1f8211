import type { PartStatus, StackState } from './stack-state';
import { writeStackState } from './stack-state';
import type { StackPaths } from './stack-paths';

/** Keeps the stack file in step with what the supervised processes do. */
export interface StateRecorder {
  /** Records what became of one part. */
  readonly record: (status: PartStatus) => void;
  /** Records a change of the stack as a whole. */
  readonly write: (change: Partial<StackState>) => void;
}

/** A recorder for the stack at these paths; each change is passed on to `onChange` as well. */
export function createStateRecorder(
  paths: StackPaths,
  onChange: (status: PartStatus) => void,
): StateRecorder {
  const parts = new Map<string, PartStatus>();
  return {
    record: (status) => {
      parts.set(status.name, status);
      // A full disk must not keep a dead process from being started again.
      try {
        writeStackState(paths, { parts: [...parts.values()] });
      } catch (error) {
        process.stderr.write(`gantry: ${String(error)}\n`);
      }
      onChange(status);
    },
    write: (change) => {
      writeStackState(paths, change);
    },
  };
}
