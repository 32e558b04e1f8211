const lineFeed = 0x0a;

/** Counts lines where `LineChecker` would check them: what is in them is known already. */
export class LineCounter {
  #lineCount = 0;
  readonly first = undefined;
  readonly last = undefined;

  /** Counts the lines that end in a piece, which may begin and end inside one. */
  checkBlock(piece: Buffer): void {
    for (let at = piece.indexOf(lineFeed); at !== -1; at = piece.indexOf(lineFeed, at + 1)) {
      this.#lineCount++;
    }
  }

  get lineCount(): number {
    return this.#lineCount;
  }
}
