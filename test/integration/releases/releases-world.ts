import type { ReleaseDraftInput } from '../../../schemas/releases/release-draft';
import type { FrozenShard } from '../../../schemas/releases/frozen-scope';
import type { Caller } from '../../../store/people/authenticate';
import { createDraft } from '../../../store/releases/create-draft';
import { freezeScope } from '../../../store/releases/freeze-scope';
import { listShards } from '../../../store/releases/frozen-scopes';
import { streamShard } from '../../../store/releases/stream-shard';
import { createCatalogWorld, line, type CatalogWorld } from '../catalog/catalog-world';

/** A database with a tenant of a time zone and features, a release user, and short ways to draft and freeze. */
export interface ReleasesWorld extends CatalogWorld {
  readonly user: Caller;
  /** Adds a tenant whose release user is `user`. */
  addReleaseTenant(code: string, given?: Readonly<Record<string, unknown>>): Promise<number>;
  draft(tenant: string, draft: Partial<ReleaseDraftInput>): Promise<string>;
  /** Records a run of the release, as starting an export does; gives its id. */
  addRun(release: string): Promise<string>;
  freeze(tenant: string, draft: Partial<ReleaseDraftInput>): Promise<string>;
  /** Every byte of every shard but statements, by path. */
  read(runId: string): Promise<Map<string, string>>;
  /** The identities of the pinned objects, `type project code`, in their order. */
  identities(runId: string): Promise<string[]>;
  shards(runId: string): Promise<FrozenShard[]>;
}

/** Makes the world with one tenant, `retail`, in Asia/Shanghai with every feature. */
export async function createReleasesWorld(): Promise<ReleasesWorld> {
  const world = await createCatalogWorld();
  const { database } = world;
  let user: Caller | undefined;
  const addReleaseTenant: ReleasesWorld['addReleaseTenant'] = async (code, given = {}) => {
    const id = await world.addTenant(code);
    const row = {
      time_zone: 'UTC',
      features: ['tag', 'standard', 'quality', 'security'],
      ...given,
    };
    await database('tenants').where({ id }).update(row);
    const role = 'cross-tenant-release-user';
    if (user === undefined) user = await world.addPerson('rosa', id, role);
    else await database('role_grants').insert({ person_id: user.personId, role, tenant_id: id });
    return id;
  };
  await addReleaseTenant('retail', { time_zone: 'Asia/Shanghai' });
  const caller = user as unknown as Caller;
  const draft: ReleasesWorld['draft'] = async (tenant, given) =>
    (await createDraft(database, caller, { tenant, draft: given })).id;
  let runs = 0;
  const addRun: ReleasesWorld['addRun'] = async (release) => {
    const id = `release-export/${release}/${String(++runs)}`;
    await database('runs').insert({
      id,
      tenant_id: database('releases').where({ id: release }).select('tenant_id'),
      pipeline: 'release-export',
      subject: release,
      request: '{}',
      requested_by: caller.personId,
      status: 'running',
    });
    return id;
  };
  const read: ReleasesWorld['read'] = async (runId) => {
    const texts = new Map<string, string>();
    for (const { number, kind, path } of await listShards(database, runId)) {
      if (kind === 'statements') continue;
      const chunks: Buffer[] = [];
      for await (const chunk of streamShard(database, { runId, number })) chunks.push(chunk);
      texts.set(path, Buffer.concat(chunks).toString('utf8'));
    }
    return texts;
  };
  return {
    ...world,
    user: caller,
    addReleaseTenant,
    draft,
    addRun,
    async freeze(tenant, given) {
      const runId = await addRun(await draft(tenant, given));
      await freezeScope(database, { runId });
      return runId;
    },
    read,
    async identities(runId) {
      const texts = [...(await read(runId))].filter(([path]) => path.startsWith('objects/'));
      return texts.flatMap(([, text]) => text.split('\n').filter(Boolean).map(identityOf));
    },
    shards: (runId) => listShards(database, runId),
  };
}

/** `type project code` of a document line. */
export function identityOf(text: string): string {
  const { type, project, code } = JSON.parse(text) as Record<string, string | null>;
  return `${String(type)} ${project ?? ''} ${String(code)}`;
}

/** A document line of a type; `given` wins over what is made up. */
export function asset(
  type: string,
  code: string,
  given: Readonly<Record<string, unknown>> = {},
): string {
  return line(code, { type, project: null, definition: {}, ...given });
}

/** A reference as documents carry it. */
export function reference(
  role: string,
  type: string | null,
  target: { readonly project?: string | null; readonly code: string },
): Readonly<Record<string, unknown>> {
  return { role, type, project: target.project ?? null, code: target.code };
}
