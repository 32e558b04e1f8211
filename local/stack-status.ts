import { isRunning, type ProcessMark } from './process-identity';
import { buildStackPaths } from './stack-paths';
import type { StackPorts } from './stack-ports';
import { readStackState, type PartState, type StackState } from './stack-state';

/** How one part of the stack does; null where there is nothing to say. */
export interface PartReport {
  readonly name: string;
  readonly state: PartState;
  readonly pid: number | null;
  readonly port: number | null;
  readonly uptimeMs: number | null;
  /** How often it was started again since the stack came up. */
  readonly restarts: number;
  readonly url: string | null;
}

/** How a stack does: as a whole, and part by part with the supervisor first. */
export interface StackStatus {
  readonly home: string;
  readonly state: PartState;
  readonly parts: readonly PartReport[];
}

const serverNames = ['temporal', 'objectStore', 'postgres'] as const;

/** What runs of the stack of a folder; everything is `stopped` where none was ever started. */
export function stackStatus({ home }: { readonly home: string }): StackStatus {
  const paths = buildStackPaths(home);
  const state = readStackState(paths);
  const owner = alive(state?.owner ?? null);
  const names = [...serverNames, ...(state?.parts ?? []).map((part) => part.name)];
  return {
    home: paths.home,
    state: owner === null ? downState(state) : (state?.phase ?? 'stopped'),
    parts: [
      {
        ...{ name: 'supervisor', state: owner === null ? downState(state) : 'running' },
        ...{ pid: owner?.pid ?? null, port: null, uptimeMs: null, restarts: 0, url: null },
      },
      ...[...new Set(names)].map((name) => reportPart(name, state)),
    ],
  };
}

function reportPart(name: string, state: StackState | undefined): PartReport {
  const part = state?.parts.find((one) => one.name === name);
  const mark = alive(part?.process ?? null);
  const ports: Partial<StackPorts> = state?.ports ?? {};
  const port = isServer(name) ? (ports[name] ?? null) : null;
  const startedAt = mark === null ? null : (part?.startedAt ?? null);
  return {
    name,
    state:
      part === undefined
        ? 'stopped'
        : mark === null && part.state === 'running'
          ? 'stopped'
          : part.state,
    pid: mark?.pid ?? null,
    port,
    uptimeMs: startedAt === null ? null : Date.now() - Date.parse(startedAt),
    restarts: part?.restarts ?? 0,
    url: urlOf(name, ports),
  };
}

function urlOf(name: string, ports: Partial<StackPorts>): string | null {
  if (name === 'temporal' && ports.temporalUi !== undefined) {
    return `http://127.0.0.1:${ports.temporalUi}`;
  }
  if (name === 'objectStore' && ports.objectStoreConsole !== undefined) {
    return `http://127.0.0.1:${ports.objectStoreConsole}`;
  }
  return null;
}

function isServer(name: string): name is (typeof serverNames)[number] {
  return (serverNames as readonly string[]).includes(name);
}

function downState(state: StackState | undefined): PartState {
  return state?.phase === 'failed' ? 'failed' : 'stopped';
}

function alive(mark: ProcessMark | null): ProcessMark | null {
  return mark !== null && isRunning(mark) ? mark : null;
}
