import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

const bootstrap = join(__dirname, '..', '..', '..', 'local', 'bootstrap.mjs');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-bootstrap-'));
  mkdirSync(join(folder, 'bin'));
  // Nothing else of this machine is on PATH: it may have a Go and servers of its own.
  for (const name of ['basename', 'chmod', 'sleep']) {
    const system = ['/usr/bin', '/bin'].map((path) => join(path, name)).find(existsSync);
    if (system !== undefined) symlinkSync(system, join(folder, 'bin', name));
  }
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('bootstrap servers', () => {
  it('RUN-16 takes the servers that variables name, and says their versions', async () => {
    const { code, output } = await run(['servers'], {
      GANTRY_TEMPORAL_BIN: program('my-temporal', temporal('1.31.2')),
      GANTRY_MINIO_BIN: program('my-minio', minio),
    });
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({
      temporal: { path: join(folder, 'bin/my-temporal'), version: '1.31.2', from: 'variable' },
      minio: { path: join(folder, 'bin/my-minio'), version: 'RELEASE.x', from: 'variable' },
    });
  });

  it('RUN-16 refuses a named server that is too old instead of looking further', async () => {
    program('temporal', temporal('1.31.2'));
    const outcome = await run(['servers'], {
      GANTRY_TEMPORAL_BIN: program('old', temporal('1.30.9')),
    });
    expectFailure(outcome, 'GANTRY_TEMPORAL_BIN');
  });

  it('RUN-16 takes suitable servers on PATH', async () => {
    program('temporal', temporal('1.40.0'));
    program('minio', minio);
    const { output } = await run(['servers']);
    expect(JSON.parse(output)).toMatchObject({
      temporal: { from: 'path' },
      minio: { from: 'path' },
    });
  });

  it('RUN-16 passes over an old server on PATH, and says how to get one where there is no Go', async () => {
    program('temporal', temporal('1.22.0'));
    expectFailure(await run(['servers']), 'install Go');
  });

  it('does not build when it is told not to', async () => {
    program('go', go);
    expectFailure(await run(['servers', '--no-build']), 'npm start');
  });

  it('RUN-16 builds once, even when two ask at the same time, and keeps what it built', async () => {
    program('go', go);
    const both = await Promise.all([run(['servers']), run(['servers'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(builds()).toEqual(['temporal', 'minio']);
    const { output } = await run(['servers']);
    expect(JSON.parse(output)).toMatchObject({ temporal: { from: 'cache', version: '1.31.2' } });
    expect(builds()).toHaveLength(2);
  });

  it('RUN-16 tells what helps when the build fails, and leaves nothing half built', async () => {
    program(
      'go',
      'case "$1" in version) exit 0;; esac; echo "dial tcp: no route to host" >&2; exit 1',
    );
    expectFailure(await run(['servers']), 'GOPROXY');
    program('go', go);
    expect((await run(['servers'])).code).toBe(0);
  });
});

describe('bootstrap', () => {
  it('RUN-16 names the Node it needs, before it uses anything newer', async () => {
    const shim = join(folder, 'old-node.cjs');
    writeFileSync(
      shim,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });",
    );
    expectFailure(await run(['test'], { NODE_OPTIONS: `--require ${shim}` }), '20.15');
  });

  it('answers an unknown command with its usage', async () => {
    const { code, errors } = await run(['strat']);
    expect(code).toBe(2);
    expect(errors).toContain('start | stop | test');
  });
});

// Stand-ins for programs of others, which need only say their version.
const temporal = (version: string) =>
  `echo "temporal version 0.0.0-DEV (Server ${version}, UI 2.50.1)"`;
const minio = 'echo "minio version RELEASE.x (commit-id=1)"';
const go = `
case "$1" in version) exit 0;; esac
while [ "$1" != "-o" ]; do shift; done
name=$(basename "$PWD"); echo "$name" >> "$BUILDS"; sleep 1
printf '#!/bin/sh\\necho "version RELEASE.x (Server 1.31.2, UI)"\\n' > "$2"; chmod 755 "$2"`;

function program(name: string, script: string): string {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function builds(): string[] {
  return readFileSync(join(folder, 'builds'), 'utf8').trim().split('\n');
}

function run(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bootstrap, ...args], {
      env: {
        PATH: join(folder, 'bin'),
        HOME: folder,
        XDG_CACHE_HOME: join(folder, 'cache'),
        BUILDS: join(folder, 'builds'),
        ...env,
      },
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}

function expectFailure({ code, output, errors }: Outcome, wayOut: string): void {
  expect(code).toBe(1);
  expect(output).toBe('');
  expect(errors).toContain(wayOut);
  expect(errors).not.toMatch(/^\s+at /m);
}
