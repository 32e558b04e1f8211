import { isPipelineError } from '../../schemas/pipeline-error';
import type { Finding } from '../../schemas/runs/finding';
import type { LoadedShard, ShardObject } from '../../store/publishing/load-shard';
import { describeIdentity, toPublishFinding } from '../../store/publishing/publish-findings';
import { readPinnedDocuments } from '../../store/publishing/read-pinned-documents';
import type { Dependencies } from '../dependencies';
import { publishingPorts } from './publishing-ports';

/** Tells production, where there is one beside the catalog; gives what it refuses, by object. */
export async function applyToProduction(
  dependencies: Dependencies,
  { run }: LoadedShard,
  objects: readonly ShardObject[],
): Promise<ReadonlyMap<number, Finding>> {
  const { production } = publishingPorts(dependencies);
  if (production === undefined) return new Map();
  const documents = await readPinnedDocuments(dependencies.database, objects);
  try {
    await production.apply({
      tenant: { id: run.tenant_id, code: run.tenant_code },
      runId: run.id,
      objects: objects.map((object) => ({
        type: object.type,
        project: object.project,
        code: object.code,
        version: object.version,
        change: object.change_type === 'deleted' ? 'take offline' : 'put online',
        document: documents.get(object.asset_id) ?? null,
      })),
    });
    return new Map();
  } catch (error) {
    if (!isPipelineError(error, 'ProductionRefused')) throw error;
    const refused = objects.filter(({ code }) => namesObject(error.details, code));
    return new Map(
      (refused.length === 0 ? objects : refused).map((object) => [
        object.number,
        toPublishFinding(
          'ProductionRefused',
          object,
          `production refuses ${describeIdentity(object)}: ${error.message}`,
        ),
      ]),
    );
  }
}

/** A refusal may name one of the objects that go together by its code. */
function namesObject(details: Readonly<Record<string, unknown>>, code: string): boolean {
  return details['code'] === code;
}
