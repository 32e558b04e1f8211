import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { capLogFiles } from '../../../local/log-files';
import {
  buildStackEnvironment,
  buildWorkerEnvironment,
  readStackEnvironment,
} from '../../../local/stack-environment';
import { buildStackPaths } from '../../../local/stack-paths';
import { readStackState, writeStackState } from '../../../local/stack-state';
import { settingNames } from '../../../schemas/setting-variables';

const ports = {
  ...{ postgres: 20_001, temporal: 20_002, temporalUi: 20_003 },
  ...{
    temporalHttp: 20_004,
    temporalMetrics: 20_005,
    objectStore: 20_006,
    objectStoreConsole: 20_007,
  },
};
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gantry-home-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

describe('readStackEnvironment', () => {
  it('RUN-16 gives the same environment as at the start, from the remembered ports', () => {
    const paths = buildStackPaths(home);
    writeStackState(paths, { ports });
    expect(readStackEnvironment(home)).toEqual(buildStackEnvironment(paths, ports));
  });

  it('knows only variables that the settings know', () => {
    const names = Object.keys(buildStackEnvironment(buildStackPaths(home), ports));
    expect(names.filter((name) => !settingNames.includes(name))).toEqual([]);
  });

  it('fails where no stack was started, and where its file is damaged', () => {
    expect(codeOf(() => readStackEnvironment(home))).toBe('StackNotFound');
    writeFileSync(join(home, 'stack.json'), '{"ports":');
    expect(codeOf(() => readStackEnvironment(home))).toBe('StackStateUnreadable');
  });

  it('RUN-22 keeps the stack file to its owner, also after changes', () => {
    const paths = buildStackPaths(home);
    writeStackState(paths, { ports });
    writeStackState(paths, { phase: 'running' });
    expect(statSync(paths.stateFile).mode & 0o777).toBe(0o600);
    expect(readStackState(paths)).toMatchObject({ ports, phase: 'running' });
  });
});

describe('buildWorkerEnvironment', () => {
  it('RUN-22 lets limits through, and no connection or secret of another stack', () => {
    const stack = buildStackEnvironment(buildStackPaths(home), ports);
    const outer = {
      PATH: '/bin',
      GANTRY_BULK_CONCURRENCY: '2',
      GANTRY_DATABASE_POOL_MAX: '5',
      GANTRY_DATABASE_PASSWORD: 'foreign',
      GANTRY_TEMPORAL_ADDRESS: 'foreign:1',
      GANTRY_ENCRYPTION_KEY: 'foreign',
    };
    const env = buildWorkerEnvironment(outer, stack);
    expect(env).toEqual({
      PATH: '/bin',
      GANTRY_BULK_CONCURRENCY: '2',
      GANTRY_DATABASE_POOL_MAX: '5',
      ...stack,
    });
  });
});

describe('capLogFiles', () => {
  it('moves a log that grew too long aside and starts anew', () => {
    for (const name of ['long.log', 'short.log']) writeFileSync(join(home, name), 'x');
    truncateSync(join(home, 'long.log'), 17 * 1024 * 1024);
    capLogFiles(home)();
    const sizes = ['long.log', 'long.log.1', 'short.log'].map(
      (name) => statSync(join(home, name)).size,
    );
    expect(sizes).toEqual([0, 17 * 1024 * 1024, 1]);
  });
});

function codeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
