import type { SecretBackend, SecretConsumer } from "./secret-backend";

export interface BackendPairProps {
  /** The backend that functions read from. */
  readonly primary: SecretBackend;
  readonly secondary: SecretBackend;
  /** Whether functions read from the secondary backend while the primary one is unavailable. */
  readonly fallback: boolean;
}

/** Two backends with the same secrets. A function may read from both, and reads from the primary one. */
export class BackendPair implements SecretBackend {
  readonly source: string;

  constructor(private readonly props: BackendPairProps) {
    const { primary, secondary, fallback } = props;
    this.source = fallback ? `${primary.source},${secondary.source}` : primary.source;
  }

  grantRead(consumer: SecretConsumer, secretName: string): void {
    const { primary, secondary, fallback } = this.props;
    if (fallback) secondary.grantRead(consumer, secretName);
    else secondary.permitRead(consumer, secretName);
    primary.grantRead(consumer, secretName);
    consumer.addEnvironment({ SECRET_SOURCES: this.source });
  }

  permitRead(consumer: SecretConsumer, secretName: string): void {
    this.props.primary.permitRead(consumer, secretName);
    this.props.secondary.permitRead(consumer, secretName);
  }
}
