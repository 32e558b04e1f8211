import { canonicalize } from './canonical-json';
import { CanonicalScanner } from './canonical-scanner';
import { compareIdentities, type LineIdentity } from './line-identity';
import type { FindingList, PackageFindingCode } from './package-findings';

/** What is judged about a line beside its form: says what is wrong with the parsed value, if anything. */
export type LineRule = (value: LineIdentity) => 'ObjectTypeWrong' | 'LineInvalid' | undefined;

const lineFeed = 0x0a;

/** Which file's lines are checked, and by what. */
export interface LinesToCheck {
  readonly path: string;
  readonly rule: LineRule;
  /** The rule looks at more than the identity. */
  readonly needsValue: boolean;
}

/** Checks the lines of one file: canonical JSON, an identity each, strictly ascending (REL-25). */
export class LineChecker {
  readonly #path: string;
  readonly #rule: LineRule;
  readonly #needsValue: boolean;
  readonly #findings: FindingList;
  readonly #scanner = new CanonicalScanner();
  #lineCount = 0;
  first: LineIdentity | undefined;
  last: LineIdentity | undefined;

  constructor({ path, rule, needsValue }: LinesToCheck, findings: FindingList) {
    this.#path = path;
    this.#rule = rule;
    this.#needsValue = needsValue;
    this.#findings = findings;
  }

  /** Checks a block of whole lines. */
  checkBlock(block: Buffer): void {
    for (let start = 0; start < block.length;) {
      const end = block.indexOf(lineFeed, start);
      this.#lineCount++;
      const scanned = this.#needsValue ? undefined : this.#scanner.scan(block, start, end);
      if (scanned === undefined) this.#checkText(block.toString('utf8', start, end));
      else this.#judge(scanned);
      start = end + 1;
    }
  }

  get lineCount(): number {
    return this.#lineCount;
  }

  #checkText(line: string): void {
    const value = parseLine(line);
    if (value === undefined) {
      this.#report('LineNotJson');
      return;
    }
    if (!isCanonical(line, value)) this.#report('LineNotCanonical');
    this.#judge(value);
  }

  #judge(value: LineIdentity): void {
    const fault = this.#rule(value);
    if (fault !== undefined) this.#report(fault);
    if (this.last !== undefined && compareIdentities(this.last, value) >= 0) {
      this.#report('LineOutOfOrder');
    }
    this.first ??= value;
    this.last = value;
  }

  #report(code: PackageFindingCode): void {
    this.#findings.add(code, { entry: this.#path, detail: `line ${this.#lineCount}` });
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
