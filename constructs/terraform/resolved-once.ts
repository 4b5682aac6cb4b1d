import { type IResolveContext, Lazy, TerraformStack } from "cdktf";

/**
 * A text that CDKTF resolves once in each stack. Otherwise it resolves the tokens in it at each of its places, and each
 * place twice, which for a thousand secrets is a third of a synth.
 *
 * @param text with tokens, none of them lazy
 */
export function resolvedOnce(text: string): string {
  const known = new Map<string, string>();
  return Lazy.stringValue({
    produce(context) {
      const place = placeOf(context);
      const resolved = known.get(place) ?? context.resolve(text);
      // Before CDKTF prepares a stack, a reference to another stack is not yet what it will be.
      if (context.preparing) known.set(place, resolved);
      return resolved;
    },
  });
}

/** Inside of an expression, a text has no braces of its own. */
function placeOf({ scope, suppressBraces = false }: IResolveContext): string {
  return `${TerraformStack.of(scope).node.path} ${suppressBraces}`;
}
