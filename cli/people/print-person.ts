import type { Person } from '../../client';
import type { Output } from '../kit/output';

/** Prints a person with roles for people. */
export function printPerson(output: Output, person: Person): void {
  output.line(`${person.name} (${person.kind}): ${describeRolesOf(person)}`);
}

/** The roles of a person in one line. */
export function describeRolesOf(person: Person): string {
  if (person.roles.length === 0) return 'no roles';
  return person.roles
    .map((one) => (one.scope === null ? one.role : `${one.role} of ${one.scope}`))
    .join(', ');
}
