import { z } from 'zod';
import { InformationHandling } from './manifest';

/** Keep or clear, for compute sources and for data sources (REL-6). */
function perSourceKind(standard: InformationHandling): z.ZodPrefault<
  z.ZodObject<
    {
      computeSources: z.ZodDefault<typeof InformationHandling>;
      dataSources: z.ZodDefault<typeof InformationHandling>;
    },
    z.core.$strict
  >
> {
  return z
    .strictObject({
      computeSources: InformationHandling.default(standard),
      dataSources: InformationHandling.default(standard),
    })
    .prefault({});
}

/** Export information of a draft (REL-6): connections are kept and authentication is cleared unless said otherwise. */
export const ExportSettings = z.strictObject({
  /** Adds `ddl/…` entries made from the definitions of the tables in scope. @default false */
  createTableStatements: z.boolean().default(false),
  connectionInformation: perSourceKind('keep'),
  authenticationInformation: perSourceKind('clear'),
  /** That keeping authentication information is meant. @default false */
  keepAuthenticationConfirmed: z.boolean().default(false),
});
export type ExportSettings = z.infer<typeof ExportSettings>;
