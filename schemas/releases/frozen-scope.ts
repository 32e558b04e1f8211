import type { Finding } from '../runs/finding';
import type { ExportSettings } from './export-settings';
import type { ReleaseScope, StandaloneScope } from './scope';

/** What a shard becomes in the package: lines of objects, create-table statements, requirements, deletions. */
export type ShardKind = 'objects' | 'resources' | 'statements' | 'requirements' | 'deletions';

/** One shard of a frozen scope in references and counts (REL-19); digests are hex. */
export interface FrozenShard {
  readonly number: number;
  readonly kind: ShardKind;
  readonly type: string | null;
  /** Of the entry in the package; of a shard of statements, which has many entries, only its name. */
  readonly path: string;
  readonly objectCount: number;
  /** Of the catalog's content with line ends, before anything is cleared. */
  readonly byteCount: number;
  readonly digest: string;
}

/** How many objects differ from a base package, and how (REL-16). */
export interface DifferenceCounts {
  /** Not in the base. */
  readonly new: number;
  readonly changed: number;
  /** In the base, and deleted since. */
  readonly deleted: number;
}

/** What a frozen scope continues (REL-16). */
export interface FrozenChain {
  readonly basePackageId: string;
  /** SHA-256 of the base's file, hex. */
  readonly baseDigest: string;
  /** 1 for the first package after the one that the chain begins with. */
  readonly sequence: number;
  /** The scope of the package that the chain begins with. */
  readonly rootScope: StandaloneScope;
  readonly counts: DifferenceCounts;
}

/** What freezing found out, kept beside the frozen scope. */
export interface FrozenDetails {
  readonly method: ReleaseScope['method'];
  readonly scope: ReleaseScope;
  readonly exportSettings: ExportSettings;
  /** The dialect of create-table statements. */
  readonly dialect: 'ansi' | 'bigquery';
  /** Objects by type, in the order of the types' codes. */
  readonly countsByType: Readonly<Record<string, number>>;
  /** How many values of which type are taken out of the package. */
  readonly cleared: readonly { readonly type: string; readonly count: number }[];
  /** Objects that changed inside the range but whose last change lies outside (REL-11). */
  readonly leftOutCount: number;
  /** Distinct requirements: those the tenant itself lacks, and those only the package lacks. */
  readonly requirements: { readonly dangling: number; readonly notPacked: number };
  readonly statementCount: number;
  /** Only where the scope names a base. */
  readonly chain?: FrozenChain;
  readonly findings: readonly Finding[];
}

/** A frozen scope in references and counts (REL-18, REL-21). */
export interface FrozenScope {
  readonly runId: string;
  readonly releaseId: string;
  /** SHA-256 in hex over the scope, the settings and every shard; what approvals are for. */
  readonly digest: string;
  readonly packageId: string;
  readonly frozenAt: Date;
  readonly objectCount: number;
  readonly byteCount: number;
  readonly shardCount: number;
  readonly requirementCount: number;
  readonly details: FrozenDetails;
}
