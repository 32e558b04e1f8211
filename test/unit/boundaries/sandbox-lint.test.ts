import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root, runNode } from './planted-tree';

const eslint = path.join(root, 'node_modules/eslint/bin/eslint.js');

const planted = [
  "import { readFileSync } from 'node:fs';",
  "import { z } from 'zod';",
  "import { findRun } from '../../store/runs/find-run';",
  "import type { Run } from './run';",
  'export const seen = process.pid;',
  'export const bytes = Buffer.alloc(1);',
  'export const got = fetch(String(seen));',
  'export const timer = setInterval(() => undefined, 1);',
  'export const kept: [Run?, ...unknown[]] = [undefined, readFileSync, z, findRun];',
];

interface Message {
  readonly ruleId: string | null;
  readonly line: number;
}

describe('the lint of workflows', () => {
  it('RUN-31 bites what leaves the sandbox, and nothing else', async () => {
    // Under the name of a file that is there, as typed rules ask the compiler about it.
    const name = path.join(root, 'workflows/kit/root-cause.ts');
    const { stdout, stderr } = await runNode(
      [eslint, '--stdin', '--stdin-filename', name, '--format', 'json'],
      { cwd: root, input: `${planted.join('\n')}\n` },
    );
    expect(stderr).toBe('');
    const [result] = JSON.parse(stdout) as [{ messages: Message[] }];
    const bitten = result.messages.map(({ ruleId, line }) => `${line} ${ruleId ?? ''}`);
    expect(bitten).toEqual([
      '1 @typescript-eslint/no-restricted-imports',
      '2 @typescript-eslint/no-restricted-imports',
      '3 @typescript-eslint/no-restricted-imports',
      '5 no-restricted-globals',
      '6 no-restricted-globals',
      '7 no-restricted-globals',
      '8 no-restricted-globals',
    ]);
  }, 180_000);
});
