import { connectGantry, type Gantry, type RunDetails } from '../../client';
import { readToken, resolveEnvironment, tokenFile } from '../kit/session';

/** A person of the example, by name, with the client that acts for them. */
export interface DemoPerson {
  readonly name: string;
  readonly gantry: Gantry;
}

/** Connects as people of the example, and closes them after `body`. */
export async function asPeople<Names extends string, Result>(
  home: string,
  names: Readonly<Record<Names, string>>,
  body: (people: Readonly<Record<Names, DemoPerson>>) => Promise<Result>,
): Promise<Result> {
  const entries = await Promise.all(
    Object.entries<string>(names).map(async ([role, name]): Promise<[string, DemoPerson]> => {
      const token = readToken(tokenFile(home, name));
      const gantry = await connectGantry({ environment: resolveEnvironment({ home }), token });
      return [role, { name, gantry }];
    }),
  );
  try {
    return await body(Object.fromEntries(entries) as Record<Names, DemoPerson>);
  } finally {
    await Promise.all(entries.map(([, { gantry }]) => gantry.close()));
  }
}

/** Follows a run to its end; whoever has to approve does so when asked. Fails where it does not succeed. */
export async function followRun(
  run: string,
  following: {
    readonly by: DemoPerson;
    readonly approvers: readonly DemoPerson[];
    readonly note: (text: string) => void;
  },
): Promise<RunDetails> {
  const { by, approvers, note } = following;
  let decided = '';
  let last: RunDetails | undefined;
  for await (const details of by.gantry.runs.watch({ run })) {
    last = details;
    const request = details.approvalRequestId;
    if (request === null || request === decided) continue;
    decided = request;
    for (const { name, gantry } of approvers) {
      await gantry.approvals.approve({ request, comment: 'the example approves itself' });
      note(`${name} approved request ${request}`);
    }
  }
  if (last === undefined) throw new Error('the run gave no state');
  if (last.status !== 'succeeded')
    throw new Error(`the run ended as ${last.status}: ${last.report?.reason ?? ''}`);
  return last;
}
