import { createTableGrants } from '../../store/publishing/table-grants';
import type { Dependencies } from '../dependencies';
import type { ConnectionTester } from '../ports/connection-tester';
import type { Production } from '../ports/production';
import type { TablePermissions } from '../ports/table-permissions';

/** What publishing needs from the world. */
export interface PublishingPorts {
  /** Tells production; without it Gantry's catalog alone says what is online. */
  readonly production?: Production;
  /** @default Gantry's own record, `table_grants` */
  readonly tablePermissions?: TablePermissions;
  /** Without it sources are not tried. */
  readonly connectionTester?: ConnectionTester;
}

/** The ports that the composition root gives, with what Gantry has of its own. */
export function publishingPorts({
  database,
  publishing,
}: Dependencies): PublishingPorts & { readonly tablePermissions: TablePermissions } {
  return { tablePermissions: createTableGrants(database), ...publishing };
}
