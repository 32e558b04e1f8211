import { canonicalize, sha256Hex } from '../../../archive/canonical-json';
import { compareUtf8 } from '../../../archive/byte-order';
import { joinFragments } from '../../../archive/fragment-joiner';
import { writeFragment } from '../../../archive/fragment-writer';
import { buildSeal } from '../../../archive/seal';
import type { SigningKey } from '../../../archive/signature';
import { buildPackageHead } from '../../../archive/package-head';
import type { PackageManifest } from '../../../schemas/releases/manifest';
import { collectOutput, openRanges } from './collect-output';

export const credential = 'correct horse battery staple';
const salt = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

/** The content of a small package by path. */
export type PackageFiles = Record<string, string | Buffer>;

const resource = Buffer.from([0, 1, 2, 255]);

/** Asset documents as lines, the way the catalog stores them. */
export function toLines(documents: readonly object[]): string {
  return documents.map((document) => `${canonicalize(document)}\n`).join('');
}

export function makeAsset(type: string, project: string | null, code: string): object {
  return {
    type,
    project,
    code,
    segment: null,
    name: `Name of ${code}`,
    owner: 'user-1',
    labels: {},
    references: [],
    definition: { sql: 'SELECT 1', note: '订单 \u{1f600}' },
  };
}

export function sampleFiles(): PackageFiles {
  return {
    'ddl/sales/orders.sql': 'CREATE TABLE orders (id bigint);\n',
    'ddl/~tenant/shared.sql': 'CREATE TABLE shared (id bigint);\n',
    'objects/development/shell/0001.ndjson': toLines([
      makeAsset('shell', 'sales', 'a'),
      makeAsset('shell', 'sales', 'b'),
    ]),
    'objects/development/shell/0002.ndjson': toLines([makeAsset('shell', 'sales', 'c')]),
    'objects/global/project/0001.ndjson': toLines([makeAsset('project', null, 'sales')]),
    'requirements.ndjson': toLines([
      {
        type: 'function',
        project: 'sales',
        code: 'f',
        roles: ['calls'],
        referenceCount: 2,
        example: { type: 'shell', project: 'sales', code: 'a' },
      },
    ]),
    [`resources/${sha256Hex(resource)}`]: resource,
  };
}

export function sampleManifest(files: PackageFiles): PackageManifest {
  return {
    formatVersion: 1,
    packageId: '0198c7f2-5f0c-7cc1-9d3e-6a5f1b2c3d4e',
    name: 'Sales_20261125120000.dp',
    description: 'a sample',
    sourceTenant: { code: 'dev', name: 'Development' },
    productVersion: '1.0',
    engines: [{ type: 'postgresql' }],
    engineMode: 'single',
    method: 'full',
    scope: {},
    scopeDigest: sha256Hex('scope'),
    createdAt: '2026-11-25T12:00:00.000Z',
    createdBy: 'ada',
    counts: { objects: 4, resources: 1, statements: 2, byType: { project: 1, shell: 3 } },
    entries: listEntries(files),
    requirements: { count: 1 },
    settings: {
      connectionInformation: { computeSources: 'keep', dataSources: 'keep' },
      authenticationInformation: { computeSources: 'clear', dataSources: 'clear' },
      createTableStatements: true,
      cleared: [{ type: 'compute_source', count: 1 }],
    },
  };
}

export interface PackageToMake {
  readonly files?: PackageFiles;
  /** Changes the manifest before it is sealed. */
  readonly manifest?: (manifest: PackageManifest) => object;
  /** Replaces the head entries altogether. */
  readonly head?: (
    head: { path: string; content: Buffer }[],
  ) => { path: string; content: Buffer }[] | Promise<{ path: string; content: Buffer }[]>;
  /** Changes the files after the manifest was made. */
  readonly spoil?: (files: PackageFiles) => PackageFiles;
  readonly signingKey?: SigningKey;
  /** Keeps the given order of files. @default false */
  readonly unsorted?: boolean;
}

/** Makes a package as an export does: fragments, manifest, seal, join. */
export async function makePackage(making: PackageToMake = {}): Promise<Buffer> {
  const files = making.files ?? sampleFiles();
  const manifest = (making.manifest?.(sampleManifest(files)) ??
    sampleManifest(files)) as PackageManifest;
  const built = await buildPackageHead(manifest, {
    ...{ credential, salt },
    ...(making.signingKey === undefined ? {} : { signingKey: making.signingKey }),
  });
  const head = (await making.head?.([...built])) ?? built;
  const written = Object.entries(making.spoil?.({ ...files }) ?? files);
  if (making.unsorted !== true) written.sort(([left], [right]) => compareUtf8(left, right));
  const half = Math.ceil(written.length / 2);
  const fragments = await Promise.all(
    [written.slice(0, half), written.slice(half)].map(writeFiles),
  );
  const { output, content } = collectOutput();
  await joinFragments({ head, fragments, output });
  return content();
}

/** The head over other bytes of a manifest, rightly sealed. */
export async function sealHead(content: Buffer): Promise<{ path: string; content: Buffer }[]> {
  const seal = await buildSeal(content, { credential, salt });
  return [
    { path: 'manifest.json', content },
    { path: 'seal.json', content: Buffer.from(canonicalize(seal)) },
  ];
}

async function writeFiles(files: [string, string | Buffer][]) {
  const { output, content } = collectOutput();
  const entries = files.map(([path, text]) => ({ path, source: Buffer.from(text) }));
  const written = await writeFragment({ entries, output });
  return { ...written, name: 'fragment', open: openRanges(content()) };
}

function listEntries(files: PackageFiles): PackageManifest['entries'] {
  const paths = Object.keys(files).sort(compareUtf8);
  return paths.map((path) => {
    const content = Buffer.from(files[path] ?? '');
    return { path, bytes: content.length, sha256: sha256Hex(content) };
  });
}

/** So many whole numbers behind each other: content that no limit on what deflates too well refuses. */
export function numbers(count: number): string {
  return [...Array(count).keys()].join(',');
}
