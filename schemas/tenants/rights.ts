/**
 * Who may do what (RUN-29): one table, role × action. A test walks every cell.
 */

/** Roles of the installation, of a tenant, of a project, of an application, of a snapshot application. */
export const roleScopes = {
  'installation-administrator': 'installation',
  'super-administrator': 'tenant',
  'system-administrator': 'tenant',
  'cross-tenant-release-user': 'tenant',
  approver: 'tenant',
  operator: 'tenant',
  'data-source-administrator': 'tenant',
  'project-owner': 'project',
  'project-administrator': 'project',
  'project-member': 'project',
  'application-administrator': 'application',
  'application-member': 'application',
  'service-administrator': 'snapshot-application',
  'power-user': 'snapshot-application',
} as const;

export type Role = keyof typeof roleScopes;
export type RoleScope = (typeof roleScopes)[Role];

/** Every role, in the order of the table. */
export const roles = Object.keys(roleScopes) as Role[];

const installation = ['installation-administrator'] as const satisfies Role[];
const administrators = ['super-administrator', 'system-administrator'] as const satisfies Role[];
const releaseUsers = ['cross-tenant-release-user'] as const satisfies Role[];
const everyoneOfTheTenant = roles.filter((role) => role !== 'installation-administrator');

/** For each action the roles that have it. */
export const rights = {
  'tenant.create': installation,
  'tenant.list': [...roles],
  'tenant.read': [...roles],
  'tenant.settings.edit': administrators,
  'tenant.mode.change': administrators,
  'key.manage': administrators,
  'key.read': [...administrators, ...releaseUsers, 'operator'],
  // The installation's administrators appoint a tenant's first people, and others when all have left.
  'person.manage': [...installation, ...administrators],
  'person.read': [...roles],
  'person.own-token': [...roles],
  'audit.read': [...installation, ...administrators, 'operator'],
  'catalog.read': everyoneOfTheTenant,
  'catalog.load': [...administrators, ...releaseUsers],
  'release.read': [...administrators, ...releaseUsers, 'approver', 'operator'],
  'release.create': releaseUsers,
  'release.preview': [...releaseUsers, 'approver'],
  'release.export': releaseUsers,
  'release.cancel': releaseUsers,
  'release.delete': releaseUsers,
  'release.import': releaseUsers,
  'release.publish': releaseUsers,
  // By type, beside the right to publish at all (REL-38).
  'publish.asset': releaseUsers,
  'publish.source': releaseUsers,
  'publish.tag': releaseUsers,
  'publish.read': [...administrators, ...releaseUsers, 'approver', 'operator'],
  'publish.settings.edit': [...releaseUsers, 'data-source-administrator'],
  'import.read': [...administrators, ...releaseUsers, 'approver', 'operator'],
  'package.download': [...administrators, ...releaseUsers],
  'approval.read': [...administrators, ...releaseUsers, 'approver', 'operator'],
  'approval.decide': ['approver', ...administrators],
  'run.read': [...administrators, ...releaseUsers, 'approver', 'operator'],
  'run.operate': ['operator', ...administrators],
  'run.cancel': ['operator', ...administrators, ...releaseUsers],
  'mapping.read': [...administrators, ...releaseUsers, 'approver', 'operator'],
  'mapping.edit': [...administrators, ...releaseUsers],
  'inbox.read': everyoneOfTheTenant,
  'webhook.manage': administrators,
  'upkeep.sweep': installation,
} as const satisfies Record<string, readonly Role[]>;

/** An action of the table. */
export type Action = keyof typeof rights;

/** Every action, in the order of the table. */
export const actions = Object.keys(rights) as Action[];

/** True where one of the roles has the right. */
export function mayDo(action: Action, held: Iterable<Role>): boolean {
  const allowed: readonly Role[] = rights[action];
  return [...held].some((role) => allowed.includes(role));
}
