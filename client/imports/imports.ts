import type { z } from 'zod';
import { ImportOrder, UndoOrder } from '../../schemas/imports/import-order';
import {
  ImportQuery,
  ImportRef,
  PlanObjectQuery,
  PlanObjectRef,
  PlanReferenceQuery,
  type Import,
  type ImportList,
  type ObjectComparison,
  type PlanObjectList,
  type PlanReferenceList,
} from '../../schemas/imports/import-view';
import { parseInput } from '../../schemas/parse-input';
import { listImports, showImport } from '../../store/imports/list-imports';
import { showComparison } from '../../store/imports/show-comparison';
import { listPlanObjects, listPlanReferences } from '../../store/imports/show-plan';
import type { ClientContext } from '../context';
import { startImport, startUndo, type StartedImport, type Uploading } from './start-import';

/** What to import, and how: policies for conflicts, mapping, an expected plan. */
export type ImportInput = z.input<typeof ImportOrder> & Uploading;

/**
 * Imports of packages into a tenant (REL-28 to REL-35, REL-41). Every method throws
 * `Unauthenticated`, `PermissionDenied`, `TenantNotFound`, and `InvalidInput` with a finding per
 * fault; those that start a run give its id, for `gantry.runs`, which tells how it ended.
 */
export interface Imports {
  /**
   * Checks a package against the tenant: archive, seal, versions, signature, chain, every entry.
   * Writes nothing. Throws `PackageNameWrong`, `PackageFileUnreadable`, `ObjectStoreUnavailable`.
   *
   * @example const { run } = await gantry.imports.check({ tenant: 'retail-eu', file: 'june.dp' });
   */
  check(input: ImportInput): Promise<StartedImport>;
  /**
   * Checks a package and plans its import: what would be new, changed, deleted, in conflict, and
   * what it lacks. Writes nothing. Throws what `check` throws.
   *
   * @example
   * const { run } = await gantry.imports.plan({ tenant: 'retail-eu', file: 'june.dp' });
   * const { result } = await gantry.runs.result({ run }); // result.planDigest, result.new, …
   */
  plan(input: ImportInput): Promise<StartedImport>;
  /**
   * Imports a package, whole or not at all. The same package with the same `requestId` is the same
   * import, open or succeeded; another id imports it again. With `expectedPlan` nothing is applied
   * unless the plan has that digest. Throws what `check` throws, and `ImportRunning` with the id of
   * the import that is under way.
   *
   * @example
   * const { run } = await gantry.imports.run({
   *   tenant: 'retail-eu',
   *   file: 'june.dp',
   *   policies: { default: 'fail', types: { shell: 'overwrite' } },
   * });
   */
  run(input: ImportInput): Promise<StartedImport>;
  /**
   * Undoes an import: plans from what was there before, waits for approval where the tenant wants
   * it, and applies it like an import. Throws `ImportNotFound`, `ImportNotUndoable`, `ImportRunning`.
   *
   * @example const { run } = await gantry.imports.undo({ tenant: 'retail-eu', import: id });
   */
  undo(order: z.input<typeof UndoOrder>): Promise<StartedImport>;
  /**
   * The imports of a tenant, the newest first; at most `limit` (50, up to 1,000).
   *
   * @example const { imports } = await gantry.imports.list({ tenant: 'retail-eu', states: ['imported'] });
   */
  list(query: z.input<typeof ImportQuery>): Promise<ImportList>;
  /**
   * An import with what its package says, its plan in counts, its findings. Throws `ImportNotFound`.
   *
   * @example const { state, counts } = await gantry.imports.show({ tenant: 'retail-eu', import: id });
   */
  show(ref: z.input<typeof ImportRef>): Promise<Import>;
  /**
   * The objects that its plan has something to say about: new, changed, deleted, kept, in conflict;
   * what is the same is only counted. Throws `ImportNotFound`, `PlanNotFound`.
   *
   * @example
   * const { objects } = await gantry.imports.objects({ tenant: 'retail-eu', import: id, changes: ['conflict'] });
   */
  objects(query: z.input<typeof PlanObjectQuery>): Promise<PlanObjectList>;
  /**
   * What objects of the package refer to and nobody has. Throws `ImportNotFound`, `PlanNotFound`.
   *
   * @example const { references } = await gantry.imports.references({ tenant: 'retail-eu', import: id });
   */
  references(query: z.input<typeof PlanReferenceQuery>): Promise<PlanReferenceList>;
  /**
   * The three sides of one object of the plan: what the last import brought, what the tenant has,
   * what comes. A document that is not stored yet is null: `gantry.imports.run` stores it. Throws
   * `ImportNotFound`, `PlanNotFound`, `AssetNotFound`.
   *
   * @example
   * const { target, incoming } = await gantry.imports.compare({
   *   tenant: 'retail-eu',
   *   import: id,
   *   object: { type: 'shell', project: 'retail_dwd', code: 'clean' },
   * });
   */
  compare(ref: z.input<typeof PlanObjectRef>): Promise<ObjectComparison>;
}

/** The imports part of the client. */
export function createImports(context: ClientContext): Imports {
  const start =
    (until: 'verify' | 'plan' | 'register') =>
    async ({ onProgress, signal, ...order }: ImportInput): Promise<StartedImport> =>
      startImport(context, parseInput(ImportOrder, order), {
        until,
        uploading: { onProgress, signal },
      });
  const { database } = context;
  return {
    check: start('verify'),
    plan: start('plan'),
    run: start('register'),
    undo: async (order) => startUndo(context, parseInput(UndoOrder, order)),
    list: async (query) =>
      listImports(database, await context.caller(), parseInput(ImportQuery, query)),
    show: async (ref) => showImport(database, await context.caller(), parseInput(ImportRef, ref)),
    objects: async (query) =>
      listPlanObjects(database, await context.caller(), parseInput(PlanObjectQuery, query)),
    references: async (query) =>
      listPlanReferences(database, await context.caller(), parseInput(PlanReferenceQuery, query)),
    compare: async (ref) =>
      showComparison(database, await context.caller(), parseInput(PlanObjectRef, ref)),
  };
}
