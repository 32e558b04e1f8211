import { canonicalize } from '../../archive/canonical-json';
import { compareIdentities } from '../../archive/line-identity';
import type { FindingList } from '../../archive/package-findings';
import { PackageRequirement } from '../../schemas/releases/manifest';
import type { RequirementRow } from '../../store/imports/mapped-references';
import type { AppliedMapping } from '../../store/mappings/apply-mapping';

/** Reads the lines of `requirements.ndjson`: canonical, sorted, mapped (REL-24, RUN-25). */
export class RequirementReader {
  readonly #path: string;
  readonly #mapping: AppliedMapping | undefined;
  readonly #findings: FindingList;
  #last: PackageRequirement | undefined;
  #rows: RequirementRow[] = [];
  lineCount = 0;

  constructor(path: string, mapping: AppliedMapping | undefined, findings: FindingList) {
    this.#path = path;
    this.#mapping = mapping;
    this.#findings = findings;
  }

  /** The requirements of a block of whole lines. */
  readBlock(block: Buffer): RequirementRow[] {
    this.#rows = [];
    for (const line of block.toString('utf8').split('\n').slice(0, -1)) {
      this.lineCount++;
      this.#add(line);
    }
    return this.#rows;
  }

  #add(line: string): void {
    const parsed = PackageRequirement.safeParse(parse(line));
    if (!parsed.success) {
      this.#report('LineInvalid');
      return;
    }
    const requirement = parsed.data;
    if (canonicalize(requirement) !== line) this.#report('LineNotCanonical');
    if (this.#last !== undefined && compareIdentities(this.#last, requirement) >= 0)
      this.#report('LineOutOfOrder');
    this.#last = requirement;
    const target = this.#mapping?.reference(requirement) ?? requirement;
    this.#rows.push({
      type: target.type ?? '',
      project: target.project ?? '',
      code: target.code,
      roles: requirement.roles,
      reference_count: requirement.referenceCount,
      example: this.#mapping?.identity(requirement.example) ?? requirement.example,
    });
  }

  #report(code: 'LineInvalid' | 'LineNotCanonical' | 'LineOutOfOrder'): void {
    this.#findings.add(code, { entry: this.#path, detail: `line ${this.lineCount}` });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
