import type { Knex } from 'knex';
import { findUnsupportedTaskKind, taskKindMembers } from '../../schemas/catalog/compute-task-kinds';
import type { Finding } from '../../schemas/runs/finding';
import { mayDo } from '../../schemas/tenants/rights';
import type { Connection } from '../database/connect';
import { rolesOf } from '../people/authorize';
import type { LoadedShard } from './load-shard';
import { findDepartureRisks, findMissingHomes, findReferenceRisks } from './shard-references';
import { describeIdentity, toPublishFinding } from './publish-findings';
import { isTagType, publishActionOf } from './publish-rights';

/** What is to be said about each object, by its number. */
export class ShardFindings {
  private readonly byNumber = new Map<number, Finding[]>();

  add(number: number, finding: Finding): void {
    const known = this.byNumber.get(number);
    // A few tell enough; the list keeps them for good.
    if (known === undefined) this.byNumber.set(number, [finding]);
    else if (known.length < 50 || finding.severity === 'error') known.push(finding);
  }

  of(number: number): readonly Finding[] {
    return this.byNumber.get(number) ?? [];
  }

  fails(number: number): boolean {
    return this.of(number).some(({ severity }) => severity === 'error');
  }
}

/**
 * Checks each object of a shard as things stand now: whether its import still holds, the right to publish its type, the membership
 * for tags (REL-38), its project and segment (REL-37), what it refers to (REL-40), the kind of a
 * compute task (REL-43), and what still refers to what is taken offline.
 */
export async function judgeShard(
  connection: Connection,
  loaded: LoadedShard,
): Promise<ShardFindings> {
  const findings = new ShardFindings();
  await judgeListing(connection, loaded, findings);
  await judgeRights(connection, loaded, findings);
  for (const judge of [findMissingHomes, findReferenceRisks, findDepartureRisks, findTaskRisks]) {
    for (const { number, finding } of await judge(connection, loaded)) {
      findings.add(number, finding);
    }
  }
  return findings;
}

/** An undo takes what it undoes off the list, while a run that had pinned it may be at work. */
async function judgeListing(
  connection: Connection,
  { objects }: LoadedShard,
  findings: ShardFindings,
): Promise<void> {
  const listed = await connection('publish_objects')
    .whereIn(
      'asset_id',
      objects.map(({ asset_id }) => asset_id),
    )
    .pluck<number[]>('asset_id');
  const known = new Set(listed);
  for (const object of objects.filter(({ asset_id }) => !known.has(asset_id))) {
    const reason = `the import that brought ${describeIdentity(object)} was undone meanwhile`;
    findings.add(object.number, toPublishFinding('ImportUndone', object, reason));
  }
}

async function judgeRights(
  connection: Connection,
  { run, objects }: LoadedShard,
  findings: ShardFindings,
): Promise<void> {
  const roles = await rolesOf(connection, run.requested_by, run.tenant_id);
  const projects = await projectsOf(connection, run);
  for (const object of objects) {
    const { number, type, project } = object;
    if (!mayDo(publishActionOf(type), roles)) {
      const reason = `${run.requester} may not publish objects of the type ${type}`;
      findings.add(number, toPublishFinding('PublishNotPermitted', object, reason));
    }
    if (isTagType(type) && project !== '' && !projects.has(project)) {
      const reason = `${run.requester} has no role in the project ${project}`;
      findings.add(number, toPublishFinding('NotProjectMember', object, reason));
    }
  }
}

/** The projects where who asked for the run holds a role. */
async function projectsOf(
  connection: Connection,
  run: LoadedShard['run'],
): Promise<ReadonlySet<string>> {
  const rows = await connection('role_grants')
    .where({ person_id: run.requested_by, tenant_id: run.tenant_id, scope_kind: 'project' })
    .select<{ scope_code: string }[]>('scope_code');
  return new Set(rows.map(({ scope_code }) => scope_code));
}

interface TaskRow {
  readonly number: number;
  readonly project: string;
  readonly code: string;
  readonly kind: string;
  readonly engine: string;
}

async function findTaskRisks(
  connection: Connection,
  { run, shard }: LoadedShard,
): Promise<{ number: number; finding: Finding }[]> {
  const kind = taskKindMembers.map((member) => `c.body::json -> 'definition' ->> '${member}'`);
  const { rows } = await connection.raw<{ rows: TaskRow[] }>(
    `select o.number, a.project, a.code, coalesce(${kind.join(', ')}) as kind,
       pc.body::json -> 'definition' ->> 'engine' as engine
     from publish_run_objects o
     join assets a on a.id = o.asset_id and a.type = 'compute_task'
     join asset_versions v on v.asset_id = o.asset_id and v.version = o.version
     join contents c on c.id = v.content_id
     join projects p on p.tenant_id = a.tenant_id and p.code = a.project
     join contents pc on pc.id = p.content_id
     where o.run_id = :runId and o.shard = :shard`,
    { runId: run.id, shard } as Record<string, Knex.Value>,
  );
  return rows.flatMap(({ number, project, code, kind: taskKind, engine }) => {
    const definition = { [taskKindMembers[0]]: taskKind };
    const finding = findUnsupportedTaskKind({ type: 'compute_task', project, code, definition }, [
      engine,
    ]);
    return finding === undefined ? [] : [{ number, finding: { ...finding, severity: 'warning' } }];
  });
}
