export type DatabaseEngine = "aurora-postgresql" | "aurora-mysql";

/** An Aurora cluster, created or adopted: all that its users need to know. */
export interface Database {
  readonly engine: DatabaseEngine;
  /** Writer endpoint. */
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  /** `cluster-…`; names the cluster in `rds-db:connect` ARNs. */
  readonly clusterResourceId: string;
  /**
   * Names the cluster in CloudWatch.
   *
   * @default - not known
   */
  readonly clusterIdentifier?: string;
  /**
   * About how many connections an instance takes.
   *
   * @default - not known
   */
  readonly maxConnections?: number;
  readonly securityGroupId: string;
  /** Secret with the credentials that create and change other users. */
  readonly superuserSecretArn: string;
  /**
   * Customer-managed key of the superuser secret.
   *
   * @default - the AWS managed key aws/secretsmanager
   */
  readonly superuserSecretKeyArn?: string;
  /**
   * PEM text of the authority that signed the server certificate.
   *
   * @default - the Amazon RDS authorities
   */
  readonly certificateAuthority?: string;
  /**
   * Whether the rotation function honours `"ssl": false` in a secret.
   *
   * @default false
   */
  readonly allowWithoutTls?: boolean;
}

export const DEFAULT_PORT: Record<DatabaseEngine, number> = {
  "aurora-postgresql": 5432,
  "aurora-mysql": 3306,
};
