import { roleScopes, type Role } from './rights';

/**
 * True where holders of these roles may give the role to others and take it away (RUN-29): roles of
 * the installation are given by its administrators alone, and a system administrator makes no super
 * administrators.
 */
export function mayGrant(role: Role, held: Iterable<Role>): boolean {
  const mine = new Set(held);
  if (mine.has('installation-administrator')) return true;
  if (roleScopes[role] === 'installation') return false;
  if (mine.has('super-administrator')) return true;
  return mine.has('system-administrator') && role !== 'super-administrator';
}
