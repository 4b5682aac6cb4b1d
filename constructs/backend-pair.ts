import type { SourceName } from "../lambda/secret-reader/contract/source-names";
import { VARIABLE } from "../lambda/secret-reader/contract/variables";
import type { NetworkServer, SecretBackend, SecretConsumer } from "./contracts/secret-backend";

export interface BackendPairProps {
  /** The backend that functions read from. */
  readonly first: SecretBackend;
  readonly second: SecretBackend;
  /** Whether functions read from the second backend while the first one is unavailable. */
  readonly fallback: boolean;
}

/** Two backends with the same secrets. A function may read from both, and reads from the first. */
export class BackendPair implements SecretBackend {
  readonly sources: readonly SourceName[];
  readonly servers: readonly NetworkServer[];

  constructor(private readonly props: BackendPairProps) {
    const { first, second, fallback } = props;
    this.servers = [...first.servers, ...second.servers];
    this.sources = fallback ? [...first.sources, ...second.sources] : first.sources;
  }

  grantRead(consumer: SecretConsumer, secretName: string): void {
    const { first, second, fallback } = this.props;
    if (fallback) second.grantRead(consumer, secretName);
    else second.permitRead(consumer, secretName);
    first.grantRead(consumer, secretName);
    consumer.addVariables({ [VARIABLE.sources]: this.sources.join() });
  }

  permitRead(consumer: SecretConsumer, secretName: string): void {
    this.props.first.permitRead(consumer, secretName);
    this.props.second.permitRead(consumer, secretName);
  }
}
