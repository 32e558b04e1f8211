import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allowed, plantedTypes, plantedValues } from './planted-imports';
import { cruise, plantTree, root, type Violation } from './planted-tree';

describe.each([
  { kind: 'value', config: '.dependency-cruiser.cjs', plants: plantedValues },
  { kind: 'type', config: '.dependency-cruiser.types.cjs', plants: plantedTypes },
] as const)('the boundaries of $kind imports', ({ kind, config, plants }) => {
  let folder = '';
  let violations: readonly Violation[] = [];

  beforeAll(async () => {
    folder = await plantTree(plants, kind);
    violations = await cruise(folder, config);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(plants.map((plant) => [plant.rule, plant.file, plant.imports] as const))(
    'RUN-31 %s bites %s, which imports %s',
    (rule, file) => {
      const bitten = violations.filter(({ from }) => from === file).map((one) => one.rule.name);
      expect(bitten).toContain(rule);
    },
  );

  it('RUN-31 leave alone what is allowed', () => {
    const files: readonly string[] = allowed.map(([file]) => file);
    expect(violations.filter(({ from }) => files.includes(from))).toEqual([]);
  });

  it('RUN-31 have a plant for every rule', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the config is CommonJS
    const { forbidden } = require(path.join(root, config)) as { forbidden: { name: string }[] };
    const planted = new Set<string>(plants.map(({ rule }) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });
});
