const chunkBytes = 256 * 1024;
const textOid = 25;
const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const trailer = Buffer.of(0xff, 0xff);

/** Writes rows of PostgreSQL's binary COPY format into chunks, each value once. */
export interface CopyWriter {
  row(columnCount: number): void;
  text(value: string | null): void;
  /** Writes a text and gives its bytes, valid until the next value is written. */
  textBytes(value: string): Buffer;
  bytes(value: Uint8Array | null): void;
  int4(value: number | null): void;
  /** Microseconds since 1970. */
  timestamp(microseconds: bigint): void;
  boolean(value: boolean): void;
  textArray(values: readonly (string | null)[]): void;
  /** The chunks that are full, for good: they are not written to again. */
  take(): Buffer[];
  /** The rest, with the trailer that ends the COPY. */
  end(): Buffer[];
}

/** Creates a writer; its first chunk begins with the header. */
export function createCopyWriter(): CopyWriter {
  const full: Buffer[] = [];
  let chunk = Buffer.allocUnsafeSlow(chunkBytes);
  let position = signature.copy(chunk);

  const reserve = (size: number): void => {
    if (position + size <= chunk.length) return;
    full.push(chunk.subarray(0, position));
    chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, size));
    position = 0;
  };
  const int32 = (value: number): void => {
    reserve(4);
    position = chunk.writeInt32BE(value, position);
  };
  const writeText = (value: string): Buffer => {
    // A UTF-16 unit takes at most three bytes; the exact length of a long text is worth asking for.
    reserve(4 + (value.length > 4096 ? Buffer.byteLength(value) : value.length * 3));
    const size = chunk.write(value, position + 4);
    position = chunk.writeInt32BE(size, position);
    position += size;
    return chunk.subarray(position - size, position);
  };
  const text = (value: string | null): void => void (value === null ? int32(-1) : writeText(value));

  return {
    row(columnCount) {
      reserve(2);
      position = chunk.writeInt16BE(columnCount, position);
    },
    text,
    textBytes: writeText,
    bytes(value) {
      int32(value?.length ?? -1);
      if (value === null) return;
      reserve(value.length);
      chunk.set(value, position);
      position += value.length;
    },
    int4(value) {
      int32(value === null ? -1 : 4);
      if (value !== null) int32(value);
    },
    timestamp(microseconds) {
      int32(8);
      reserve(8);
      position = chunk.writeBigInt64BE(microseconds - microsecondsUntil2000, position);
    },
    boolean(value) {
      int32(1);
      reserve(1);
      position = chunk.writeUInt8(value ? 1 : 0, position);
    },
    textArray(values) {
      if (values.length === 0) return int32(-1);
      // The length of the whole comes first: measured, as it may lie in another chunk by then.
      const size = values.reduce((sum, value) => sum + 4 + Buffer.byteLength(value ?? ''), 20);
      reserve(4 + size);
      int32(size);
      for (const word of [1, 1, textOid, values.length, 1]) int32(word);
      for (const value of values) text(value);
    },
    take: () => full.splice(0),
    end() {
      reserve(trailer.length);
      position += trailer.copy(chunk, position);
      return [...full.splice(0), chunk.subarray(0, position)];
    },
  };
}

const microsecondsUntil2000 = BigInt(Date.UTC(2000, 0, 1)) * 1000n;
