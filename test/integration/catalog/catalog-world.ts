import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Role } from '../../../schemas/tenants/rights';
import type { LoadResult } from '../../../schemas/catalog/load-result';
import { openDocuments } from '../../../client/catalog/open-documents';
import { loadDocuments, type LoadDocuments } from '../../../store/catalog/load-documents';
import type { Caller } from '../../../store/people/authenticate';
import { freshDatabase, type FreshDatabase } from '../../support/database';

/** Real catalogs, where they are. */
export const realCatalog = resolve(__dirname, '../../../../shared/real/catalog');
export const hasRealCatalog = existsSync(realCatalog);

/** The path of a real file. */
export function realFile(name: string): string {
  return join(realCatalog, `${name}.ndjson.xz`);
}

export const encryptionKey = Buffer.alloc(32, 7);

/** A database with tenants and people. */
export interface CatalogWorld extends FreshDatabase {
  addTenant(code: string): Promise<number>;
  addPerson(name: string, tenantId: number, role: Role): Promise<Caller>;
  /** Loads as the tenant's administrator, from a path or from lines. */
  load(
    tenant: string,
    source: string | readonly string[],
    options?: Partial<LoadDocuments>,
  ): Promise<LoadResult>;
  /** The administrator of a tenant. */
  administrator(tenant: string): Caller;
  count(table: string): Promise<number>;
}

export async function createCatalogWorld(): Promise<CatalogWorld> {
  const fresh = await freshDatabase();
  const { database } = fresh;
  const administrators = new Map<string, Caller>();
  const insert = async (table: string, row: Readonly<Record<string, unknown>>) => {
    const rows: { id: number }[] = await database(table).insert(row).returning('id');
    return rows[0]?.id ?? 0;
  };
  const addPerson: CatalogWorld['addPerson'] = async (name, tenantId, role) => {
    const personId = await insert('people', { name, kind: 'person' });
    await database('role_grants').insert({ person_id: personId, role, tenant_id: tenantId });
    return { personId, name };
  };
  const administrator = (tenant: string): Caller => {
    const caller = administrators.get(tenant);
    if (caller === undefined) throw new Error(`no tenant ${tenant}`);
    return caller;
  };
  return {
    ...fresh,
    addPerson,
    async addTenant(code) {
      const row = { code, name: code, time_zone: 'UTC', product_version: '1' };
      const lists = { engines: ['postgres'], engine_mode: 'single', features: [] };
      const id = await insert('tenants', { ...row, ...lists });
      administrators.set(code, await addPerson(`admin of ${code}`, id, 'super-administrator'));
      return id;
    },
    administrator,
    async load(tenant, source, options = {}) {
      const caller = administrator(tenant);
      const { chunks } = openDocuments(
        typeof source === 'string' ? source : Readable.from([Buffer.from(source.join('\n'))]),
      );
      const all = { tenant, chunks, encryptionKey, ...options };
      return (await loadDocuments(database, caller, all)).result;
    },
    async count(table) {
      const row = await database(table).count<{ count: number }[]>('* as count').first();
      return Number(row?.count);
    },
  };
}

/** A line of a catalog file; `given` wins over what is made up. */
export function line(code: string, given: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    type: 'database_sql',
    project: 'orders',
    segment: null,
    code,
    name: `Asset ${code}`,
    owner: 'user-a',
    changedAt: '2026-06-01T08:00:00+08:00',
    changedBy: 'user-b',
    labels: {},
    references: [],
    definition: { sql: 'select 1' },
    ...given,
  });
}

/** A line that deletes what `line` makes. */
export function deletion(code: string, given: Readonly<Record<string, unknown>> = {}): string {
  const identity = { type: 'database_sql', project: 'orders', code };
  return JSON.stringify({
    ...identity,
    changedAt: '2026-07-01T00:00:00Z',
    deleted: true,
    ...given,
  });
}
