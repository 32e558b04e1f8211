import { z } from 'zod';

/** What a notice is about (RUN-30). */
export const NoticeKind = z.enum([
  'approval-overdue',
  'approval-wanted',
  'delivery-failed',
  'package-ready',
  'parked',
  'run-failed',
  'run-finished',
]);
export type NoticeKind = z.infer<typeof NoticeKind>;
