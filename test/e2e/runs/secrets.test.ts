import { randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Open } from 'unzipper';
import { cast, createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { runCommand } from '../../support/run-command';
import { storyOf } from '../../support/story-of';
import { ended, signal, waiting } from './run-world';

const tenant = 'retail';
const folder = join(__dirname, '../../../examples/workspace');
const categories = [
  ...['global', 'data_architecture', 'development', 'tag_architecture'],
  ...['tag', 'standard', 'data_quality', 'data_security'],
];

describe('the secrets of an installation', () => {
  let stack: GantryStack;
  let target: string;
  let story = '';
  let content = '';
  const outputs: string[] = [];

  beforeAll(async () => {
    target = mkdtempSync(join(tmpdir(), 'gantry-e2e-'));
    const catalog = Readable.from(readCatalog());
    stack = await createGantryStack({ catalog, environment: { GANTRY_LOG_LEVEL: 'trace' } });
    const { run, release, request } = await waiting(stack);
    const input = [{ requestId: request, approver: 'nobody' }];
    await signal(stack, run, { name: 'approve', input });
    await stack.person('sofia').approvals.approve({ request });
    expect((await ended(stack, run)).status).toBe('succeeded');
    story = await storyOf(stack);
    const file = join(target, 'package.dp');
    await stack.person('mara').releases.download({ tenant, release, target: file });
    content = await unpacked(file);
    for (const args of commandsAbout({ run, release, request })) {
      const { status, stdout, stderr } = await runCommand(
        [...args, '--json', '--tenant', tenant],
        shell(),
      );
      expect([args.join(' '), status]).toEqual([args.join(' '), 0]);
      outputs.push(stdout, stderr);
    }
  }, 120_000);
  afterAll(async () => {
    await stack.close();
    rmSync(target, { recursive: true, force: true });
  });

  const shell = (): Record<string, string> => stack.shellOf('lin');
  /** Everything that nobody but its owner may see. */
  const secrets = (): string[] => {
    const { objectStore, database } = stack.settings;
    return [
      'PLANTED-',
      stack.credential,
      stack.adminToken,
      objectStore.secretKey,
      new URL(database.url).password,
      Buffer.from(stack.encryptionKey).toString('base64'),
      ...Object.keys(cast).map((name) => stack.tokenOf(name as keyof typeof cast)),
    ];
  };
  const foundIn = (text: string): string[] => secrets().filter((secret) => text.includes(secret));

  it('RUN-20 are planted where they are looked for', () => {
    const planted = readFileSync(join(folder, 'global.ndjson'), 'utf8');

    expect(foundIn(planted)).toEqual(['PLANTED-']);
    expect(secrets().filter((secret) => secret.length < 8)).toEqual([]);
    expect(foundIn(`a ${stack.credential} b`)).toEqual([stack.credential]);
  });

  it('RUN-20 are in no workflow history', () => {
    expect(story).toContain('collectShards');
    expect(story).toContain('nobody');
    expect(foundIn(story)).toEqual([]);
  });

  it('RUN-20 are in no log, even the most talkative', () => {
    expect(stack.logs()).toContain('activity done');
    expect(foundIn(stack.logs())).toEqual([]);
  });

  it('REL-26 are in no file of the package', () => {
    expect(content).toContain('load_order_header');
    expect(foundIn(content)).toEqual([]);
  });

  it('RUN-20 are in no output of a command', () => {
    expect(outputs.join('')).toContain('release.export');
    expect(foundIn(outputs.join('\n'))).toEqual([]);
  });

  it('RUN-20 are in the database only as ciphers and hashes', async () => {
    const dump = await stack.dump();

    expect(dump).toContain('load_order_header');
    expect(foundIn(dump)).toEqual([]);
    const hex = secrets().map((secret) => Buffer.from(secret, 'utf8').toString('hex'));
    expect(hex.filter((secret) => dump.includes(secret))).toEqual([]);
  });

  it('RUN-20 are in no error of a call that is refused', async () => {
    const forged = randomBytes(32).toString('base64url');
    const environment = { ...shell(), GANTRY_TOKEN: forged };
    const refused = await runCommand(['release', 'list', '--json'], environment);

    expect(refused.status).toBe(3);
    expect(refused.stdout + refused.stderr).not.toContain(forged);
  });
});

async function* readCatalog(): AsyncGenerator<Buffer> {
  for (const category of categories) {
    for await (const chunk of createReadStream(join(folder, `${category}.ndjson`)))
      yield chunk as Buffer;
    yield Buffer.from('\n');
  }
}

async function unpacked(file: string): Promise<string> {
  const { files } = await Open.file(file);
  const entries = await Promise.all(files.map((entry) => entry.buffer()));
  return [readFileSync(file, 'latin1'), ...entries.map((entry) => entry.toString('utf8'))].join('');
}

function commandsAbout(made: Readonly<Record<'run' | 'release' | 'request', string>>): string[][] {
  return [
    ['run', 'show', made.run],
    ['run', 'list'],
    ['release', 'show', made.release],
    ['release', 'list'],
    ['approval', 'show', made.request],
    ['approval', 'list', '--all'],
    ['audit', 'list'],
    ['inbox'],
    ['tenant', 'show'],
    ['tenant', 'settings', 'show'],
    ['person', 'list'],
    ['catalog', 'show', 'data_source', 'shop_orders'],
    ['catalog', 'stats'],
  ];
}
