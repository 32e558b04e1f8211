import type { Finding, FindingObject, FindingSeverity } from '../../schemas/runs/finding';

interface PublishFindingKind {
  readonly severity: FindingSeverity;
  readonly fix: string;
}

/** What publishing has to say about objects: an `error` fails the object, a `warning` is a risk. */
const kinds = {
  ObjectNotListed: {
    severity: 'error',
    fix: 'See what is listed: gantry publish list. What is published leaves it with the next import.',
  },
  ObjectBeingPublished: {
    severity: 'error',
    fix: 'Wait for the run that publishes it: gantry run list.',
  },
  ImportUndone: {
    severity: 'error',
    fix: 'Nothing to do: what the import brought was taken back meanwhile.',
  },
  ProjectNotPublished: {
    severity: 'error',
    fix: 'Publish the project too, or before; then gantry publish reparse.',
  },
  SegmentNotPublished: {
    severity: 'error',
    fix: 'Publish the data segment too, or before; then gantry publish reparse.',
  },
  SourceSettingsMissing: {
    severity: 'error',
    fix: 'Enter what the package does not carry: gantry publish settings set.',
  },
  SourceUnreachable: {
    severity: 'error',
    fix: 'Correct what was entered, or the network: gantry publish settings test.',
  },
  SourceNotTested: {
    severity: 'info',
    fix: 'Nothing to do: the settings name no host and port that could be tried.',
  },
  PublishNotPermitted: {
    severity: 'error',
    fix: 'Ask an administrator of the tenant for a role that may publish this type.',
  },
  NotProjectMember: {
    severity: 'error',
    fix: 'Ask an administrator for a role in the project: gantry person grant NAME --role project-member --project CODE.',
  },
  TablePermissionMissing: {
    severity: 'error',
    fix: 'Have the table granted to the account, or switch auto-grant on in the release settings.',
  },
  TablePermissionGranted: {
    severity: 'info',
    fix: 'Nothing to do; the permission stays, also where publishing failed.',
  },
  ReferenceOnlyInDevelopment: {
    severity: 'warning',
    fix: 'Publish what it refers to as well.',
  },
  ReferenceUnresolved: {
    severity: 'warning',
    fix: 'Import or make what it refers to, or correct the reference.',
  },
  StillReferredTo: {
    severity: 'warning',
    fix: 'Publish or take offline what still refers to it.',
  },
  BlockedBy: {
    severity: 'error',
    fix: 'Mend what failed, then: gantry publish retry.',
  },
  ProductionRefused: {
    severity: 'error',
    fix: 'Mend what production names, then: gantry publish retry.',
  },
} as const satisfies Record<string, PublishFindingKind>;

export type PublishFindingCode = keyof typeof kinds;

/** An identity as rows have it: `project` is '' for what belongs to the tenant. */
export interface RowIdentity {
  readonly type: string | null;
  readonly project: string;
  readonly code: string;
}

/** One finding of the catalogue; `object` is what hinders, is missing, or is judged. */
export function toPublishFinding(
  code: PublishFindingCode,
  object: RowIdentity,
  reason: string,
): Finding {
  return { code, ...kinds[code], object: toFindingObject(object), reason, overridable: false };
}

/** An identity as findings have it. */
export function toFindingObject({ type, project, code }: RowIdentity): FindingObject {
  return { type, project: project === '' ? null : project, code };
}

/** An identity for people: `compute_task retail_dwd/daily_orders`. */
export function describeIdentity({ type, project, code }: RowIdentity): string {
  return `${type ?? 'object'} ${project === '' ? '' : `${project}/`}${code}`;
}
