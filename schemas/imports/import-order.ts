import { z } from 'zod';
import { FindingOverrides } from '../runs/override';
import { TenantCode } from '../tenants/tenant';
import { ImportOptions } from './import-options';

/**
 * Names what is asked for: the same package with the same request id is the same import, another id
 * imports it again (RUN-13). Without one an import is the first of its package, while a check or a
 * plan is a new one, as it is about the tenant as it is now.
 */
const RequestId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}$/, 'is not 1 to 100 of A-Z, a-z, 0-9, . _ -');

/** What to import, and how: a file of this machine, or an object below the tenant's storage prefix. */
export const ImportOrder = ImportOptions.extend({
  tenant: TenantCode,
  file: z.string().min(1).optional(),
  object: z.string().min(1).max(1024).optional(),
  requestId: RequestId.optional(),
  /** Findings that pass, each with a reason (RUN-24). @default [] */
  overrides: FindingOverrides,
}).refine((order) => (order.file === undefined) !== (order.object === undefined), {
  message: 'names neither a file nor an object, or both',
  params: { finding: 'InputMissing', fix: 'Give a package file, or the key of an object.' },
});
export type ImportOrder = z.infer<typeof ImportOrder>;

/** Which import to undo. */
export const UndoOrder = z.strictObject({
  tenant: TenantCode,
  import: z.string().min(1).max(200),
});
export type UndoOrder = z.infer<typeof UndoOrder>;
