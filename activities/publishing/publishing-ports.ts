import { createTableGrants } from '../../store/publishing/table-grants';
import type { Dependencies } from '../dependencies';
import type { PublishingPorts } from '../ports/publishing-ports';
import type { TablePermissions } from '../ports/table-permissions';

/** The ports that the composition root gives, with what Gantry has of its own. */
export function publishingPorts({
  database,
  publishing,
}: Dependencies): PublishingPorts & { readonly tablePermissions: TablePermissions } {
  return { tablePermissions: createTableGrants(database), ...publishing };
}
