/** What a source connects to, as its definition or its settings say. */
export type ConnectionSettings = Readonly<Record<string, unknown>>;

/** How a try went. */
export interface ConnectionTest {
  /** False where the settings name no address that could be tried. */
  readonly tried: boolean;
  readonly reached: boolean;
  /** Why not, without any value of the settings but host and port; null where it was reached. */
  readonly reason: string | null;
}

/** Tries whether a source can be reached from where workers run (REL-45). */
export interface ConnectionTester {
  /** Reads and writes nothing; never throws for a source that does not answer. */
  test(connection: ConnectionSettings): Promise<ConnectionTest>;
}
