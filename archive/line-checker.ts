import { canonicalize } from './canonical-json';
import { compareUtf8 } from './byte-order';
import type { FindingList } from './package-findings';

/** What a line is about; in the order of lines null counts as the empty text. */
export interface LineIdentity {
  readonly type: string | null;
  readonly project: string | null;
  readonly code: string;
}

/** Compares two identities as lines are sorted: type, project, code, by UTF-8 bytes (REL-25). */
export function compareIdentities(left: LineIdentity, right: LineIdentity): number {
  return (
    compareUtf8(left.type ?? '', right.type ?? '') ||
    compareUtf8(left.project ?? '', right.project ?? '') ||
    compareUtf8(left.code, right.code)
  );
}

/** What is judged about a line beside its form: says what is wrong with the parsed value, if anything. */
export type LineRule = (value: LineIdentity) => 'ObjectTypeWrong' | 'LineInvalid' | undefined;

/** Checks the lines of one file: canonical JSON, an identity each, strictly ascending (REL-25). */
export class LineChecker {
  readonly #path: string;
  readonly #rule: LineRule;
  readonly #findings: FindingList;
  lineCount = 0;
  first: LineIdentity | undefined;
  last: LineIdentity | undefined;

  constructor(path: string, rule: LineRule, findings: FindingList) {
    this.#path = path;
    this.#rule = rule;
    this.#findings = findings;
  }

  check(line: string): void {
    this.lineCount++;
    const value = parseLine(line);
    const about = (): { entry: string; detail: string } => ({
      entry: this.#path,
      detail: `line ${this.lineCount}`,
    });
    if (value === undefined) {
      this.#findings.add('LineNotJson', about());
      return;
    }
    if (!isCanonical(line, value)) this.#findings.add('LineNotCanonical', about());
    const fault = this.#rule(value);
    if (fault !== undefined) this.#findings.add(fault, about());
    if (this.last !== undefined && compareIdentities(this.last, value) >= 0) {
      this.#findings.add('LineOutOfOrder', about());
    }
    this.first ??= value;
    this.last = value;
  }
}

function parseLine(line: string): LineIdentity | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isIdentified(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isIdentified(value: unknown): value is LineIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { type, project, code } = value as Record<string, unknown>;
  return isTextOrNull(type) && isTextOrNull(project) && typeof code === 'string';
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isCanonical(line: string, value: LineIdentity): boolean {
  try {
    return canonicalize(value) === line;
  } catch {
    return false;
  }
}
