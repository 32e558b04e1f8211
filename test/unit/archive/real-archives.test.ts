import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openFileSource } from '../../../archive/archive-source';
import { checkArchive } from '../../../archive/check-archive';
import { refusedArchives } from './refused-archives';

const folder = path.resolve(__dirname, '../../../../shared/real/zips');
const facts = existsSync(folder) ? readFacts() : [];
const whenPresent = facts.length > 0 ? describe : describe.skip;

whenPresent('archives of other test suites', () => {
  it.each(facts.map((fact) => [fact.path, fact] as const))(
    'RUN-19 judges %s',
    async (_path, fact) => {
      const source = await openFileSource(path.join(folder, fact.path));
      try {
        const findings = await checkArchive(source);
        const codes = [...new Set(findings.map((finding) => finding.code))];
        const refusal = refusedArchives[fact.sha256.slice(0, 8)];
        expect(codes).toEqual(refusal?.codes ?? []);
        // Who is stricter than a plain reader has to say why; nobody is laxer.
        if (fact.python === 'ok' && refusal !== undefined) expect(refusal.stricter).toMatch(/./);
        if (refusal === undefined) expect(fact.python).toBe('ok');
        const content = await source.read(0, source.size);
        expect(createHash('sha256').update(content).digest('hex')).toBe(fact.sha256);
      } finally {
        await source.close();
      }
    },
  );

  it('RUN-19 has a verdict for nothing that is not there', () => {
    const known = new Set(facts.map((fact) => fact.sha256.slice(0, 8)));
    expect(Object.keys(refusedArchives).filter((digest) => !known.has(digest))).toEqual([]);
    expect(facts).toHaveLength(76);
  });
});

interface Fact {
  readonly path: string;
  readonly python: string;
  readonly sha256: string;
}

function readFacts(): Fact[] {
  const lines = readFileSync(path.join(folder, 'ZIP-FACTS.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1);
  return lines.map((line) => {
    const [file = '', , , , , python = '', , sha256 = ''] = line.split('\t');
    return { path: file, python, sha256 };
  });
}
