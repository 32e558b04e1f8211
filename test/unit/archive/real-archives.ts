import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { refusedArchives } from './refused-archives';

const folder = path.resolve(__dirname, '../../../../shared/real/zips');

/** One archive of another test suite, kept beside the project. */
export interface RealArchive {
  readonly name: string;
  readonly file: string;
  /** What Python's reader says of it. */
  readonly python: string;
  readonly sha256: string;
}

/** The archives of other test suites; none where they are not beside the project. */
export function listRealArchives(): RealArchive[] {
  const facts = path.join(folder, 'ZIP-FACTS.tsv');
  if (!existsSync(facts)) return [];
  const lines = readFileSync(facts, 'utf8').trimEnd().split('\n').slice(1);
  return lines.map((line) => {
    const [name = '', , , , , python = '', , sha256 = ''] = line.split('\t');
    return { name, file: path.join(folder, name), python, sha256 };
  });
}

/** The codes that refuse an archive; none where it is accepted. */
export function verdictOf(archive: RealArchive): readonly string[] {
  return refusedArchives[archive.sha256.slice(0, 8)]?.codes ?? [];
}
