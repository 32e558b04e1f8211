import type { Finding, FindingObject } from '../../schemas/runs/finding';

/** Findings of one code that were let pass for one reason. */
export interface OverrideSummary {
  readonly code: string;
  readonly reason: string;
  readonly count: number;
  /** The first twenty. */
  readonly objects: readonly FindingObject[];
}

const objectsAtMost = 20;

/** Sums up overridden findings by code and reason, so that an audit log gets a row for each. */
export function summariseOverrides(overridden: readonly Finding[]): OverrideSummary[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of overridden) {
    const key = JSON.stringify([finding.code, finding.override?.reason]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const objects = group.flatMap(({ object }) => (object === undefined ? [] : [object]));
    return {
      code: first.code,
      reason: first.override?.reason ?? '',
      count: group.length,
      objects: objects.slice(0, objectsAtMost),
    };
  });
}
