/** What becomes of an object on the list, in the order in which people see it (REL-36). */
export const publishStatuses = [
  'to be published',
  'publishing',
  'succeeded',
  'succeeded with risks',
  'failed',
] as const;
export type PublishStatus = (typeof publishStatuses)[number];

/** What the newest import did to an object. */
export const publishChanges = ['new', 'changed', 'deleted'] as const;
export type PublishChange = (typeof publishChanges)[number];
