import type { Command } from 'commander';
import { PipelineError } from '../../schemas/pipeline-error';
import { roles, roleScopes, type Role, type RoleScope } from '../../schemas/tenants/rights';
import { collect } from '../kit/collect';
import type { Session } from '../kit/session';

/** The options that name roles and where they hold. */
export interface RoleOptions {
  readonly role: string[];
  readonly project?: string[];
  readonly application?: string[];
  readonly snapshotApplication?: string[];
}

/** A role as the client takes it. */
export interface WantedRole {
  readonly role: Role;
  readonly scope?: string;
}

/** Adds the options that name roles to a command. */
export function addRoleOptions(command: Command): Command {
  return command
    .requiredOption('--role <role>', 'role, repeatable (all of them are listed below)', collect)
    .option('--project <code>', 'project of the project roles, repeatable', collect)
    .option('--application <code>', 'application of the application roles, repeatable', collect)
    .option('--snapshot-application <code>', 'likewise, for its roles, repeatable', collect)
    .addHelpText('after', `\nRoles:\n${describeRoles()}`);
}

/**
 * The roles that are meant, one for each project or application. What is missing or no role at all
 * is told by the client; throws `InvalidInput` for a scope that no role here has.
 */
export function toWantedRoles(options: RoleOptions): WantedRole[] {
  const scopes: Partial<Record<RoleScope, readonly string[]>> = {
    project: options.project ?? [],
    application: options.application ?? [],
    'snapshot-application': options.snapshotApplication ?? [],
  };
  const wanted = options.role.flatMap((name): WantedRole[] => {
    const role = name as Role;
    const codes = (Object.hasOwn(roleScopes, role) ? scopes[roleScopes[role]] : undefined) ?? [];
    return codes.length === 0 ? [{ role }] : codes.map((scope) => ({ role, scope }));
  });
  demandUse(scopes, wanted);
  return wanted;
}

/** The tenant meant, or none where the command is about the installation. */
export async function tenantOf(
  session: Session,
  options: { readonly installation?: boolean },
): Promise<{ tenant?: string }> {
  return options.installation === true ? {} : { tenant: await session.tenant() };
}

function demandUse(
  scopes: Partial<Record<RoleScope, readonly string[]>>,
  wanted: readonly WantedRole[],
): void {
  const used = new Set(wanted.map((one) => roleScopes[one.role]));
  const findings = (Object.keys(scopes) as RoleScope[])
    .filter((kind) => (scopes[kind]?.length ?? 0) > 0 && !used.has(kind))
    .map((kind) => ({
      code: 'RoleScopeNotWanted',
      severity: 'error' as const,
      object: { type: 'input', project: null, code: kind },
      reason: `--${kind} is given, but no role of a ${kind}`,
      fix: `Leave it out, or name a role of a ${kind}.`,
      overridable: false,
    }));
  if (findings.length > 0) throw new PipelineError('InvalidInput', {}, { findings });
}

function describeRoles(): string {
  return roles.map((role) => `  ${role.padEnd(28)}of the ${roleScopes[role]}`).join('\n');
}
