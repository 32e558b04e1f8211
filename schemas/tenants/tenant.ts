import { z } from 'zod';

/** What a tenant is in (REL-3, REL-42). */
export const TenantMode = z.enum(['normal', 'maintenance', 'cross-tenant-publishing']);
export type TenantMode = z.infer<typeof TenantMode>;

/** The features a tenant may have switched on; each offers asset categories (REL-1, REL-14). */
export const TenantFeature = z.enum(['tag', 'standard', 'quality', 'security']);
export type TenantFeature = z.infer<typeof TenantFeature>;

/** The code of a tenant. */
export const TenantCode = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not 1 to 63 of a-z, 0-9 and -, without - in front');

const engine = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'is not a plain lower-case name');
const printable = z
  .string()
  .trim()
  .min(1, 'is empty')
  .max(100, 'is longer than 100 characters')
  .regex(/^\P{Cc}*$/u, 'has control characters');

/** What a new tenant is made from (REL-1). */
export const TenantInput = z
  .strictObject({
    code: TenantCode,
    /** @default the code */
    name: printable.optional(),
    /** A name of the IANA time zone database. @default 'UTC' */
    timeZone: z
      .string()
      .refine(isTimeZone, {
        message: 'is not a name of the IANA time zone database',
        params: { finding: 'TimeZoneUnknown', fix: 'Give a name such as Asia/Shanghai or UTC.' },
      })
      .default('UTC'),
    /** @default '1.0' */
    productVersion: printable.default('1.0'),
    /** Compute engine types. @default ['bigquery'] */
    engines: z.array(engine).min(1, 'names no engine').default(['bigquery']),
    /** `single`: all projects use one engine. @default 'single' */
    engineMode: z.enum(['single', 'multi']).default('single'),
    /** @default all of them */
    features: z.array(TenantFeature).default([...TenantFeature.options]),
    /** Whether the creator gets the cross-tenant release role too (REL-5). @default true */
    releaseRole: z.boolean().default(true),
  })
  .refine((input) => input.engineMode === 'multi' || new Set(input.engines).size <= 1, {
    path: ['engineMode'],
    message: 'is single, but several engines are named',
    params: { finding: 'EngineModeWrong', fix: 'Name one engine, or say multi.' },
    // Also where other members have faults, so that all of them come at once.
    when: ({ value }) => Array.isArray((value as { engines?: unknown } | null)?.engines),
  });
export type TenantInput = z.infer<typeof TenantInput>;

/** A tenant as everybody of it sees it (REL-1); times are ISO 8601 in UTC. */
export interface Tenant {
  readonly code: string;
  readonly name: string;
  readonly timeZone: string;
  readonly productVersion: string;
  readonly engines: readonly string[];
  readonly engineMode: 'single' | 'multi';
  readonly features: readonly string[];
  readonly mode: TenantMode;
  readonly createdAt: string;
}

// Intl also takes offsets such as +08:00, which have no daylight-saving rules and are no names.
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
