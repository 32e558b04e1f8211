import {
  incomingStates,
  targetStates,
  threeWay,
  type IncomingState,
  type TargetState,
} from '../../schemas/imports/three-way';

/*
 * Of an incoming object `p` (package_objects) and what the target has of it, `a` (assets, null where
 * it never was). Secrets count where the package brings any; else it has no opinion on them, and so
 * has a deletion.
 */
const noSecrets = '(p.keeps_secrets or p.digest is null)';
const targetIsIncoming = `(a.deleted_at is null and a.digest = p.digest
  and (${noSecrets} or a.secrets_mac is not distinct from p.secrets_mac))`;
const targetIsBase = `(a.deleted_at is null and a.digest = a.base_digest
  and (${noSecrets} or a.secrets_mac is not distinct from a.base_secrets_mac))`;
const incomingIsBase = `(p.digest = a.base_digest
  and (${noSecrets} or p.secrets_mac is not distinct from a.base_secrets_mac))`;
const targetIsAbsent = '(a.id is null or a.deleted_at is not null)';

const incomingConditions: Readonly<Record<IncomingState, string>> = {
  'content without base': 'p.digest is not null and a.base_digest is null',
  'content as base': `p.digest is not null and ${incomingIsBase}`,
  'content other than base': 'p.digest is not null',
  'deletion without base': 'a.base_digest is null',
  'deletion with base': 'true',
};

const targetConditions: Readonly<Record<TargetState, string>> = {
  'as incoming': targetIsIncoming,
  absent: targetIsAbsent,
  'as base': targetIsBase,
  otherwise: 'true',
};

/** SQL over `p` and `a` that looks a pair up in the table of the three-way comparison (REL-31). */
export const changeExpression = `case ${incomingStates
  .map((incoming) => `when ${incomingConditions[incoming]} then ${changeOf(incoming)}`)
  .join('\n')} end`;

function changeOf(incoming: IncomingState): string {
  const cells = targetStates.map(
    (target) => `when ${targetConditions[target]} then '${threeWay[incoming][target]}'`,
  );
  return `(case ${cells.join('\n')} end)`;
}

/** SQL, true where both sides are the same and the base does not say so yet. */
export const baseIsOld = `(a.id is not null and (a.base_digest is distinct from p.digest
  or (not ${noSecrets} and a.base_secrets_mac is distinct from p.secrets_mac)))`;
