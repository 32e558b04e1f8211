import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { to as copyTo } from 'pg-copy-streams';
import { transactionClient } from './transaction-client';

/**
 * SHA-256 in hex over a line `type TAB project TAB code TAB digest LF` for each live asset, the
 * digest in lower-case hex, the project empty for types of the tenant, in the order of
 * (type, project, code) by UTF-8 bytes. Names have no control characters, so that no two catalogs
 * make the same lines.
 */
export async function digestCatalog(trx: Knex.Transaction, tenantId: number): Promise<string> {
  const client = await transactionClient(trx);
  const hash = createHash('sha256');
  // The quote and the delimiter are characters that no name has: each row is a line as it is.
  const copy = copyTo(`copy (
    select type || E'\\t' || project || E'\\t' || code || E'\\t' || encode(digest, 'hex')
    from assets where tenant_id = ${tenantId} and deleted_at is null
    order by type, project, code
  ) to stdout (format csv, quote E'\\x01', delimiter E'\\x02')`);
  for await (const chunk of client.query(copy)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
