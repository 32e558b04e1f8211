import type { Mapping, MappingSaved, MappingSummary } from '../../client';
import type { Output } from '../kit/output';
import { printable } from '../kit/printable';
import { formatFrom, formatTo } from './object-text';

/** Prints what saving did. */
export function printSaved(output: Output, saved: MappingSaved): void {
  output.result(saved, () =>
    output.line(
      saved.changed
        ? `Version ${saved.version} of the mapping for ${saved.source} has ${countRules(saved)}.`
        : 'Nothing changed.',
    ),
  );
}

/** Prints a version with its rules. */
export function printMapping(output: Output, mapping: Mapping): void {
  output.line(
    `Version ${mapping.version} for ${mapping.source}, by ${mapping.createdBy} at ${mapping.createdAt}: ${countRules(mapping)}`,
  );
  if (mapping.rules.length === 0) return;
  output.line();
  output.table(
    ['kind', 'from', 'to'],
    mapping.rules.map((rule) => [
      rule.kind,
      printable(formatFrom(rule.from)),
      printable(formatTo(rule)),
    ]),
  );
}

function countRules({ ruleCount }: MappingSummary): string {
  return ruleCount === 1 ? '1 rule' : `${ruleCount} rules`;
}
