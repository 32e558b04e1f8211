/** What becomes of an object, or why nothing does (REL-31). */
export const planChanges = [
  'new',
  'changed',
  'deleted',
  'same',
  'only-on-target-changed',
  'conflict',
] as const;
export type PlanChange = (typeof planChanges)[number];

/** What applying a plan does with an object; `rebase` only notes what both sides have in common now. */
export const planDecisions = ['write', 'keep', 'fail', 'rebase'] as const;
export type PlanDecision = (typeof planDecisions)[number];

/** What the package brings, seen from the base: what the last import of the object brought. */
export const incomingStates = [
  'content without base',
  'content as base',
  'content other than base',
  'deletion without base',
  'deletion with base',
] as const;
export type IncomingState = (typeof incomingStates)[number];

/** What the target has; of two that hold the first counts. */
export const targetStates = ['as incoming', 'absent', 'as base', 'otherwise'] as const;
export type TargetState = (typeof targetStates)[number];

/**
 * The three-way comparison, cell by cell (REL-31). Without a base nobody knows who changed what, so
 * that different contents are a conflict. A deletion is as the target where the target has nothing.
 */
export const threeWay: Readonly<Record<IncomingState, Readonly<Record<TargetState, PlanChange>>>> =
  {
    'content without base': {
      'as incoming': 'same',
      absent: 'new',
      // There is no base that it could be as.
      'as base': 'conflict',
      otherwise: 'conflict',
    },
    'content as base': {
      'as incoming': 'same',
      absent: 'only-on-target-changed',
      'as base': 'same',
      otherwise: 'only-on-target-changed',
    },
    'content other than base': {
      'as incoming': 'same',
      absent: 'conflict',
      'as base': 'changed',
      otherwise: 'conflict',
    },
    'deletion without base': {
      'as incoming': 'same',
      absent: 'same',
      'as base': 'conflict',
      otherwise: 'conflict',
    },
    'deletion with base': {
      'as incoming': 'same',
      absent: 'same',
      'as base': 'deleted',
      otherwise: 'conflict',
    },
  };
