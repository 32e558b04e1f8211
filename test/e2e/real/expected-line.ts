import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { RawDocument } from '../../support/real-data';

/** The digest of a document as a package has to carry it: canonical, without what authenticates (REL-6, REL-14). */
export function expectedDigest(document: RawDocument): string {
  return sha256(canonicalize(toExpected(document)) ?? '');
}

/** SHA-256 in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function toExpected(document: RawDocument): unknown {
  const { definition } = document;
  switch (document.type) {
    case 'compute_source':
    case 'data_source':
      return { ...document, definition: { ...definition, authentication: null } };
    case 'quality_rule': {
      const owner = isTeam(document.owner) ? null : document.owner;
      const { owners } = definition;
      if (!Array.isArray(owners)) return { ...document, owner };
      const personal = owners.filter((one) => !isTeam(one));
      return { ...document, owner, definition: { ...definition, owners: personal } };
    }
    default:
      return document;
  }
}

function isTeam(account: unknown): boolean {
  return typeof account === 'string' && /^team[-:]/i.test(account);
}
