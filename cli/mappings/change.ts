import type { Command } from 'commander';
import { PipelineError, type MappingRule } from '../../client';
import { fromKey } from '../../schemas/mappings/mapping-rules';
import { withSession } from '../kit/session';
import { toRuleSide } from './object-text';
import { printSaved } from './print-mapping';
import { readLatest } from './read-latest';

/** Adds `gantry mapping set` and `gantry mapping unset` (RUN-25). */
export function registerChange(mapping: Command): void {
  mapping
    .command('set')
    .description('Add a rule, or give one another replacement.')
    .argument('<kind>', 'project, segment, owner, or an asset type')
    .argument('<from>', 'the name in the source; for asset types [project:]code')
    .argument('<to>', 'the name here; for asset types [project:]code, :code for no project')
    .requiredOption('--source <code>', 'tenant that packages come from')
    .addHelpText('after', setHelp)
    .action((...given: [string, string, string, SourceOption, Command]) => {
      const [kind, from, to, { source }, command] = given;
      return changeRules(command, source, (rules) => {
        // The client checks the rule and tells its faults.
        const rule = {
          kind,
          from: toRuleSide(kind, from),
          to: toRuleSide(kind, to),
        } as MappingRule;
        return [...rules.filter((one) => fromKey(one) !== fromKey(rule)), rule];
      });
    });
  mapping
    .command('unset')
    .description('Take a rule away.')
    .argument('<kind>', 'project, segment, owner, or an asset type')
    .argument('<from>', 'the name in the source; for asset types [project:]code')
    .requiredOption('--source <code>', 'tenant that packages come from')
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry mapping unset data_source pg_dev --source retail-dev',
    )
    .action((...given: [string, string, SourceOption, Command]) => {
      const [kind, from, { source }, command] = given;
      return changeRules(command, source, (rules) => {
        const key = fromKey({ kind, from: toRuleSide(kind, from) } as MappingRule);
        const left = rules.filter((one) => fromKey(one) !== key);
        if (left.length === rules.length) throw unknownRule(kind, from);
        return left;
      });
    });
}

interface SourceOption {
  readonly source: string;
}

async function changeRules(
  command: Command,
  source: string,
  change: (rules: readonly MappingRule[]) => MappingRule[],
): Promise<void> {
  await withSession(command, async ({ gantry, output, ...session }) => {
    const tenant = await session.tenant();
    const { version, rules } = await readLatest(gantry, { tenant, source });
    const saved = await gantry.mappings.save({
      ...{ tenant, source, rules: change(rules) },
      expectedVersion: version,
    });
    printSaved(output, saved);
  });
}

function unknownRule(kind: string, from: string): PipelineError {
  const finding = {
    code: 'MappingRuleUnknown',
    severity: 'error' as const,
    object: { type: 'input', project: null, code: 'from' },
    reason: `no rule of kind ${kind} replaces ${from}`,
    fix: 'gantry mapping show lists the rules.',
    overridable: false,
  };
  return new PipelineError('InvalidInput', { fields: ['from'] }, { findings: [finding] });
}

const setHelp = `
Examples:
  $ gantry mapping set project retail_dev retail_prod --source retail-dev
  $ gantry mapping set data_source pg_dev pg_prod --source retail-dev
  $ gantry mapping set meta_table raw:orders landing:orders_v2 --source retail-dev`;
