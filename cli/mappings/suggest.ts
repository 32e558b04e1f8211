import type { Command } from 'commander';
import type { MappingRule, MappingSuggestion } from '../../client';
import { fromKey } from '../../schemas/mappings/mapping-rules';
import { parseCount } from '../kit/parse-count';
import type { Output } from '../kit/output';
import { printable } from '../kit/printable';
import { withSession } from '../kit/session';
import { formatFrom, formatTo } from './object-text';
import { printSaved } from './print-mapping';
import { readLatest } from './read-latest';

interface SuggestOptions {
  readonly limit?: number;
  readonly save?: boolean;
}

/** Adds `gantry mapping suggest` (RUN-25). */
export function registerSuggest(mapping: Command): void {
  mapping
    .command('suggest')
    .description('Tell what the plan of an import lacks here, and the rules that may mend it.')
    .argument('<import>', 'id of an import that has been planned')
    .option(
      '--limit <n>',
      'names to look at, the most referred to first; 100 if not given',
      parseCount,
    )
    .option('--save', 'add the rules of all names that have one candidate')
    .addHelpText('after', '\nExample:\n  $ gantry mapping suggest imp_1a2b --save')
    .action((...given: [string, SuggestOptions, Command]) => {
      const [id, { limit, save }, command] = given;
      return withSession(command, async ({ gantry, output, ...session }) => {
        const tenant = await session.tenant();
        const found = await gantry.mappings.suggest({ tenant, import: id, limit });
        const { source, suggestions } = found;
        if (save !== true) {
          output.result(found, () => printSuggestions(output, suggestions));
          return;
        }
        const { version, rules } = await readLatest(gantry, { tenant, source });
        const clear = suggestions.flatMap(({ candidates: [only, ...others] }) =>
          only === undefined || others.length > 0 ? [] : [only.rule],
        );
        const saved = await gantry.mappings.save({
          ...{ tenant, source, rules: withRules(rules, clear), expectedVersion: version },
        });
        printSaved(output, saved);
      });
    });
}

function withRules(rules: readonly MappingRule[], added: readonly MappingRule[]): MappingRule[] {
  return [...new Map([...rules, ...added].map((rule) => [fromKey(rule), rule])).values()];
}

function printSuggestions(output: Output, suggestions: readonly MappingSuggestion[]): void {
  if (suggestions.length === 0) {
    output.line('Nothing to map.');
    return;
  }
  output.table(
    ['type', 'missing', 'references', 'kind', 'from', 'to'],
    suggestions.flatMap((one) => {
      const name = [one.type ?? 'any', printable(formatFrom(one)), one.referenceCount];
      if (one.candidates.length === 0) return [[...name, 'no candidate']];
      return one.candidates.map(({ rule }, index) => [
        ...(index === 0 ? name : ['', '', '']),
        ...[rule.kind, printable(formatFrom(rule.from)), printable(formatTo(rule))],
      ]);
    }),
  );
}
