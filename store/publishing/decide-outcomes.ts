import type { Finding } from '../../schemas/runs/finding';
import type { ShardFindings } from './judge-shard';
import type { LoadedShard, ShardNeed, ShardObject } from './load-shard';
import { describeIdentity, toPublishFinding, type RowIdentity } from './publish-findings';

/** What became of an object. */
export interface PublishOutcome {
  readonly number: number;
  readonly status: 'succeeded' | 'succeeded with risks' | 'failed';
  readonly findings: readonly Finding[];
}

/** Puts objects that go together online; gives what production says against it, object by object. */
export type PutOnline = (objects: readonly ShardObject[]) => Promise<ReadonlyMap<number, Finding>>;

/**
 * Decides a shard, component by component in its order (REL-39): a component fails as a whole where
 * one of its objects does; what needs a failed object is `BlockedBy` it; all else goes online, with
 * risks where there are warnings (REL-40).
 */
export async function decideOutcomes(
  { objects, needs }: Pick<LoadedShard, 'objects' | 'needs'>,
  findings: ShardFindings,
  putOnline: PutOnline,
): Promise<PublishOutcome[]> {
  const needsOf = groupByNumber(needs);
  const failed = new Set<number>();
  const outcomes: PublishOutcome[] = [];
  for (const component of groupByComponent(objects)) {
    const faults = findFaults(component, { findings, needsOf, failed });
    if (faults.size === 0) {
      for (const [number, finding] of await putOnline(component)) faults.set(number, finding);
    }
    const [first] = [...faults.keys()];
    const culprit = component.find(({ number }) => number === first);
    for (const object of component) {
      const { number } = object;
      const told = findings.of(number);
      if (culprit === undefined) {
        const hasRisks = told.some(({ severity }) => severity === 'warning');
        const status = hasRisks ? 'succeeded with risks' : 'succeeded';
        outcomes.push({ number, status, findings: told });
        continue;
      }
      failed.add(number);
      const fault = faults.get(number) ?? blockedBy(culprit);
      outcomes.push({ number, status: 'failed', findings: uniteFindings(fault, told) });
    }
  }
  return outcomes;
}

/** Of each object of a component that cannot go online: why, its own faults before what blocks it. */
function findFaults(
  component: readonly ShardObject[],
  known: {
    readonly findings: ShardFindings;
    readonly needsOf: ReadonlyMap<number, readonly ShardNeed[]>;
    readonly failed: ReadonlySet<number>;
  },
): Map<number, Finding> {
  const own = new Map<number, Finding>();
  const blocked = new Map<number, Finding>();
  for (const { number } of component) {
    const error = known.findings.of(number).find(({ severity }) => severity === 'error');
    const blocker = known.needsOf
      .get(number)
      ?.find((need) => !need.inShard || known.failed.has(need.needs));
    if (error !== undefined) own.set(number, error);
    else if (blocker !== undefined) blocked.set(number, blockedBy(blocker));
  }
  return new Map([...own, ...blocked]);
}

function blockedBy(blocker: RowIdentity): Finding {
  return toPublishFinding('BlockedBy', blocker, `needs ${describeIdentity(blocker)}, which failed`);
}

/** The reason first, then all else that is known. */
function uniteFindings(fault: Finding, told: readonly Finding[]): Finding[] {
  return [fault, ...told.filter((one) => one !== fault)];
}

function groupByNumber(needs: readonly ShardNeed[]): Map<number, ShardNeed[]> {
  const grouped = new Map<number, ShardNeed[]>();
  for (const need of needs) {
    const known = grouped.get(need.number);
    if (known === undefined) grouped.set(need.number, [need]);
    else known.push(need);
  }
  return grouped;
}

/** Objects of a component follow one another. */
function groupByComponent(objects: readonly ShardObject[]): ShardObject[][] {
  const groups: ShardObject[][] = [];
  for (const object of objects) {
    const last = groups.at(-1);
    if (last?.[0]?.component === object.component) last.push(object);
    else groups.push([object]);
  }
  return groups;
}
