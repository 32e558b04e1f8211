import { parseTree, printParseErrorCode, getNodeValue, findNodeAtLocation } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';
import { PipelineError, type Finding, type MappingRule } from '../../client';
import { maxRules } from '../../schemas/mappings/mapping-rules';
import { nameKinds } from '../../schemas/mappings/mapping-kinds';

/** What a mapping file says; the client checks the rules. */
export interface MappingFile {
  readonly rules: readonly MappingRule[];
  /** Whose mapping it was when it was exported. */
  readonly source: string | undefined;
}

const known = ['rules', 'source', 'version', 'digest', 'ruleCount', 'createdBy', 'createdAt'];

/**
 * Reads a mapping file: JSON in which comments and commas too many are allowed. Throws `InvalidInput`
 * with a finding per fault of writing, each with its line.
 */
export function parseMappingText(text: string): MappingFile {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const value: unknown = tree === undefined ? undefined : getNodeValue(tree);
  const findings = errors.map(({ error, offset }) =>
    toFinding(`line ${lineAt(text, offset)}`, `is no JSON there: ${printParseErrorCode(error)}`),
  );
  if (findings.length === 0) findings.push(...shapeFaults(value));
  if (findings.length > 0) {
    const fields = findings.map((finding) => finding.object?.code ?? '');
    throw new PipelineError('InvalidInput', { fields }, { findings });
  }
  const { rules, source } = value as { rules: MappingRule[]; source?: unknown };
  return { rules, source: typeof source === 'string' ? source : undefined };
}

/** A mapping as a person edits it: one rule a line, below a few lines that say how. */
export function renderMappingText(mapping: {
  readonly tenant: string;
  readonly source: string;
  readonly version: number;
  readonly rules: readonly MappingRule[];
}): string {
  const lines = mapping.rules.map((rule) => `    ${JSON.stringify(rule)},`);
  return [
    `// Names of tenant ${mapping.source} and their replacement in tenant ${mapping.tenant}; version ${mapping.version}.`,
    `// ${Object.keys(nameKinds).join(', ')} replace a name: {"kind":"project","from":"dev","to":"prod"},`,
    '// asset types point references to another object:',
    '//   {"kind":"data_source","from":{"project":null,"code":"pg_dev"},"to":{"code":"pg_prod"}},',
    `// Up to ${maxRules} rules. Saving makes a new version; leaving the file as it is changes nothing.`,
    '{',
    '  "rules": [',
    ...lines,
    '  ]',
    '}',
    '',
  ].join('\n');
}

const mark = '// ! ';

/** The text with every fault in a line of its own above the line that it is about. */
export function annotateFaults(text: string, findings: readonly Finding[]): string {
  const lines = text.split('\n');
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const located = findings.map((finding) => {
    const place = finding.object?.code ?? '';
    const named = /^line (\d+)$/.exec(place);
    if (named !== null) return { finding, line: Number(named[1]) };
    const node = tree === undefined ? undefined : findNearest(tree, toPath(place));
    return { finding, line: node === undefined ? 1 : lineAt(text, node.offset) };
  });
  // From the end on, so that the lines before keep their numbers.
  for (const { finding, line } of [...located].sort((a, b) => b.line - a.line))
    lines.splice(line - 1, 0, `${mark}${finding.reason}. ${finding.fix}`);
  return lines.join('\n');
}

/** The text without the faults that `annotateFaults` wrote. */
export function stripFaults(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith(mark))
    .join('\n');
}

type Tree = NonNullable<ReturnType<typeof parseTree>>;

function findNearest(tree: Tree, path: readonly (string | number)[]): Tree | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return undefined;
}

function toPath(place: string): (string | number)[] {
  return place.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function shapeFaults(value: unknown): Finding[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [toFinding('line 1', 'is not an object with the list "rules"')];
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  const findings = unknown.map((name) => toFinding(name, `${name} is no member of a mapping`));
  if (!Array.isArray((value as { rules?: unknown }).rules))
    findings.push(toFinding('rules', 'rules: a list of rules is missing'));
  return findings;
}

function toFinding(place: string, fault: string): Finding {
  return {
    code: 'MappingUnreadable',
    severity: 'error',
    object: { type: 'input', project: null, code: place },
    reason: place.startsWith('line ') ? `${place}: ${fault}` : fault,
    fix: 'Write {"rules": [ … ]}, as gantry mapping export does.',
    overridable: false,
  };
}
