import type { ConnectionTester } from './connection-tester';
import type { Production } from './production';
import type { TablePermissions } from './table-permissions';

/** What publishing needs from the world. */
export interface PublishingPorts {
  /** Tells production; without it Gantry's catalog alone says what is online. */
  readonly production?: Production;
  /** @default Gantry's own record, `table_grants` */
  readonly tablePermissions?: TablePermissions;
  /** Without it sources are not tried. */
  readonly connectionTester?: ConnectionTester;
}
