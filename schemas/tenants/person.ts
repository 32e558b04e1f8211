import { z } from 'zod';
import { roles, roleScopes, type Role } from './rights';
import { TenantCode } from './tenant';

/** The name of a person or program; unique in an installation. */
export const PersonName = z
  .string()
  .normalize('NFC')
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]{0,63}$/u,
    'is not 1 to 64 letters, digits, . _ @ - with a letter or digit in front',
  );

/** A role, with the project, application or snapshot application where it holds (RUN-29). */
export const RoleGrant = z
  .strictObject({
    role: z.enum(roles),
    /** Code of the project, application or snapshot application, for roles of one. */
    scope: z.string().min(1).max(255).optional(),
  })
  .superRefine((grant, context) => {
    const kind = roleScopes[grant.role];
    const scoped = kind !== 'tenant' && kind !== 'installation';
    if (scoped === (grant.scope !== undefined)) return;
    context.addIssue({
      code: 'custom',
      path: ['scope'],
      message: scoped
        ? `is missing: ${grant.role} is a role of one ${kind}`
        : `is given, but ${grant.role} is a role of the ${kind}`,
      params: {
        finding: scoped ? 'RoleScopeMissing' : 'RoleScopeNotWanted',
        fix: scoped ? `Say of which ${kind}.` : 'Leave it out.',
      },
    });
  });
export type RoleGrant = z.infer<typeof RoleGrant>;

const tenant = TenantCode.optional();
const grants = z.array(RoleGrant).min(1, 'names no role');

/** Somebody who gets roles, and a token when new; without a tenant, roles of the installation. */
export const PersonInput = onlyInstallationRolesWithoutTenant(
  z.strictObject({
    tenant,
    name: PersonName,
    /** A program is a person to Gantry, but shown as what it is. @default 'person' */
    kind: z.enum(['person', 'program']).optional(),
    roles: grants,
  }),
);
export type PersonInput = z.infer<typeof PersonInput>;

/** Roles that are given to or taken from somebody. */
export const RoleChange = onlyInstallationRolesWithoutTenant(
  z.strictObject({ tenant, name: PersonName, roles: grants }),
);
export type RoleChange = z.infer<typeof RoleChange>;

/** Somebody of a tenant, or of the installation where no tenant is named. */
export const PersonRef = z.strictObject({ tenant, name: PersonName });
export type PersonRef = z.infer<typeof PersonRef>;

/** A further token for somebody. */
export const TokenInput = z.strictObject({
  tenant,
  name: PersonName,
  /** What it is for; shown to operators. @default 'token' */
  label: z.string().trim().min(1).max(100).default('token'),
  /** Revokes the tokens that are valid until now. @default false */
  revokeOthers: z.boolean().default(false),
});
export type TokenInput = z.infer<typeof TokenInput>;

/** A person or program with the roles in the tenant and in the installation; times are ISO 8601. */
export interface Person {
  readonly name: string;
  readonly kind: 'person' | 'program';
  readonly roles: readonly { readonly role: Role; readonly scope: string | null }[];
  /** How many tokens are valid. */
  readonly tokenCount: number;
  readonly createdAt: string;
}

function onlyInstallationRolesWithoutTenant<
  S extends z.ZodType<{ tenant?: string | undefined; roles: readonly { role: Role }[] }>,
>(schema: S): S {
  return schema.refine(
    (input) =>
      input.tenant !== undefined ||
      input.roles.every((grant) => roleScopes[grant.role] === 'installation'),
    {
      path: ['tenant'],
      message: 'is missing, and the roles are roles in a tenant',
      params: { finding: 'TenantMissing', fix: 'Name the tenant.' },
      // Also where other members have faults, so that all of them come at once.
      when: ({ value }) => Array.isArray((value as { roles?: unknown } | null)?.roles),
    },
  );
}
