import type { ApprovalMessage, OperatorMessage } from '../../schemas/messages';

/**
 * What somebody typed into the Temporal UI can be anything, or nothing: only texts are taken from
 * it, so that no message can break the run.
 */
export function readOperatorMessage(sent: unknown): OperatorMessage {
  if (typeof sent === 'string') return { by: clean(sent) };
  const { by, note, decisionId } = texts(sent);
  return {
    ...(by === undefined ? {} : { by }),
    ...(note === undefined ? {} : { note }),
    ...(decisionId === undefined ? {} : { decisionId }),
  };
}

/** A decision as an approver sent it; what is missing is empty and will not count. */
export function readApprovalMessage(sent: unknown): ApprovalMessage & { readonly comment: string } {
  const { requestId = '', approver = '', comment = '', decisionId, code } = texts(sent);
  return {
    requestId,
    approver,
    comment,
    ...(decisionId === undefined ? {} : { decisionId }),
    ...(code === undefined ? {} : { code }),
  };
}

function texts(sent: unknown): Partial<Record<string, string>> {
  if (typeof sent !== 'object' || sent === null) return {};
  return Object.fromEntries(
    Object.entries(sent)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, text]) => [name, clean(text)]),
  );
}

const charsAtMost = 2_000;

/** What a database cannot keep would fail the activity that judges the message for ever; no name is made by leaving it out. */
function clean(text: string): string {
  return text.replaceAll('\0', '\ufffd').slice(0, charsAtMost).toWellFormed();
}
