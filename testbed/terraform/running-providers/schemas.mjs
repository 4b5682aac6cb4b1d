/** Maps from a type to its schema in the answer (Terraform, docs/plugin-protocol/tfplugin5.proto). */
const BY_TYPE = new Set([
  2, // resource_schemas
  3, // data_source_schemas
  8, // ephemeral_resource_schemas
]);

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/**
 * A provider's answer to `GetSchema`, with no more types than these.
 *
 * @param {Buffer} answer of protocol buffers, `GetProviderSchema.Response`
 * @param {ReadonlySet<string>} types as in Terraform's configuration
 * @returns {Buffer}
 */
export function withTypes(answer, types) {
  const kept = [];
  for (let start = 0, end; start < answer.length; start = end) {
    const tag = varint(answer, start);
    const value = varint(answer, tag.end);
    end = value.end;
    const kind = tag.value & 7;
    if (kind === LENGTH_DELIMITED) end += value.value;
    else if (kind !== VARINT) throw new Error(`a provider's schema has a field of wire type ${kind}`);
    if (!BY_TYPE.has(tag.value >> 3) || types.has(keyOf(answer.subarray(value.end, end))))
      kept.push(answer.subarray(start, end));
  }
  return Buffer.concat(kept);
}

/** A map's entry is a message, with the key as its first field. */
function keyOf(entry) {
  const length = varint(entry, 1);
  return entry.toString("utf8", length.end, length.end + length.value);
}

function varint(buffer, start) {
  let value = 0;
  let end = start;
  do value += (buffer[end] & 127) * 2 ** (7 * (end - start));
  while (buffer[end++] & 128);
  return { value, end };
}
