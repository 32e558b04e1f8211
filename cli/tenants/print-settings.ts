import ms from 'ms';
import type { ApprovalPolicy, ReleaseSettings } from '../../client';
import type { Output } from '../kit/output';

const notSet = 'not set';

/** Prints release settings for people, with what is still missing. */
export function printSettings(output: Output, settings: ReleaseSettings): void {
  const { credentialSetAt, retentionDays } = settings;
  output.table(
    ['setting', 'value'],
    [
      ['credential', credentialSetAt === null ? notSet : `set at ${credentialSetAt}`],
      ...(settings.previousCredentialUntil === null
        ? []
        : [['credential before', `counts until ${settings.previousCredentialUntil}`]]),
      ['retention', retentionDays === null ? notSet : `${retentionDays} days`],
      ['storage prefix', settings.storagePrefix ?? notSet],
      ['permission verification', onOrOff(settings.permissionVerification)],
      ['auto-grant', onOrOff(settings.autoGrant)],
      ['export approval', describeApproval(settings.exportApproval)],
      ['publish approval', describeApproval(settings.publishApproval)],
      ['import approval', describeApproval(settings.importApproval)],
      ['runs take the mode', onOrOff(settings.takesMode)],
      ['signature demanded', onOrOff(settings.demandSignature)],
      ['sequence demanded', onOrOff(settings.demandSequence)],
      ['secret scan', settings.secretScan],
      [
        'changed',
        settings.updatedAt === null ? '' : `${settings.updatedAt} by ${settings.updatedBy ?? ''}`,
      ],
    ],
  );
  output.line(
    settings.missing.length === 0
      ? 'Complete: packages can be exported.'
      : `Missing: ${settings.missing.join(', ')}.`,
  );
}

/** An approval policy in one line. */
export function describeApproval(policy: ApprovalPolicy | null): string {
  if (policy === null) return notSet;
  if (policy.kind === 'none') return 'none';
  const who = policy.approvers.map((one) => ('person' in one ? one.person : `any ${one.role}`));
  return [
    `${policy.quorum} of ${who.join(', ')}`,
    ...(policy.selfApproval ? ['self-approval'] : []),
    ...(policy.oneTimeCode ? ['one-time code'] : []),
    ...(policy.deadlineMs === undefined
      ? []
      : [`within ${ms(policy.deadlineMs)}, else ${policy.onDeadline}`]),
    ...(policy.remindEveryMs === undefined ? [] : [`reminded every ${ms(policy.remindEveryMs)}`]),
  ].join('; ');
}

function onOrOff(value: boolean | null): string {
  return value === null ? notSet : value ? 'on' : 'off';
}
