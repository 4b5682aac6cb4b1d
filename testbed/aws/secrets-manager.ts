import { AwsError, callJson, type Json } from "./aws-protocol";
import { type Description, ifMissing, nextRotation, type Rotation, versionWith } from "./secret-description";

type Headers = Record<string, string>;
type Operation = (input: Json, headers: Headers) => Promise<Json>;

const CURRENT = "AWSCURRENT";
const PENDING = "AWSPENDING";

/**
 * Secrets Manager as a rotation function meets it. moto keeps the secrets; what it gets wrong about rotation is
 * played here: the pending version that exists before it has a value, the labels that follow AWSCURRENT, a token that
 * is used twice, the rotation rules, and RotateSecret, which in moto moves labels without calling any function.
 */
export class SecretsManager {
  readonly #endpoint: string;
  /** By secret ARN: the version that a rotation has begun and that nobody has given a value yet. */
  readonly #empty = new Map<string, string>();
  readonly #rotations = new Map<string, Rotation>();
  readonly #calls = new Map<string, number>();
  /** By version id, in seconds since 1970: moto says of every version that it was made just now. */
  readonly #created = new Map<string, number>();
  readonly #operations: Readonly<Record<string, Operation>> = {
    DescribeSecret: (input, headers) => this.#describe(input, headers),
    GetSecretValue: (input, headers) => this.#getValue(input, headers),
    PutSecretValue: (input, headers) => this.#inTurn(() => this.#putValue(input, headers)),
    UpdateSecretVersionStage: (input, headers) => this.#inTurn(() => this.#moveLabel(input, headers)),
    RotateSecret: (input, headers) => this.#configureRotation(input, headers),
    CancelRotateSecret: (input, headers) => this.#cancelRotation(input, headers),
    ListSecretVersionIds: (input, headers) => this.#listVersions(input, headers),
  };
  #turn: Promise<unknown> = Promise.resolve();
  /** Milliseconds since 1970; set it back for what is to have happened long ago. */
  now: () => number = Date.now;
  /** Has a rotation's steps done that RotateSecret has begun. @default - RotateSecret only configures rotation */
  rotator?: (secretArn: string, token: string) => void;

  constructor(motoEndpoint: string) {
    this.#endpoint = motoEndpoint;
  }

  /** How often each operation was called through the endpoint. */
  get calls(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#calls);
  }

  /** For what is one step of AWS, and several of moto. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async handle(operation: string, input: Json, headers: Headers): Promise<Json> {
    this.#calls.set(operation, (this.#calls.get(operation) ?? 0) + 1);
    const played = this.#operations[operation];
    return played ? await played(input, headers) : await this.#moto(operation, input, headers);
  }

  async describe(secretId: string, headers: Headers): Promise<Description> {
    return await this.#describe({ SecretId: secretId }, headers);
  }

  /** What RotateSecret does before the first step: a pending version, without a value. */
  async beginRotation(secretId: string, token: string, headers: Headers): Promise<void> {
    const { ARN: arn, VersionIdsToStages: versions = {} } = await this.describe(secretId, headers);
    if (!this.#rotations.get(arn)?.RotationEnabled) {
      throw new AwsError(
        "InvalidRequestException",
        "You can't rotate this secret: rotation is not configured.",
      );
    }
    refuseUnfinished(versions);
    const pending = versionWith(versions, PENDING);
    if (pending !== undefined) await this.#dropLabel(arn, PENDING, pending, headers);
    this.#empty.set(arn, token);
    this.#created.set(token, Math.floor(this.now() / 1000));
  }

  /** What the service does after the last step, or when it gives a rotation up: nothing is pending any more. */
  async endRotation(secretId: string, headers: Headers): Promise<void> {
    const { ARN: arn, VersionIdsToStages: versions = {} } = await this.describe(secretId, headers);
    const pending = versionWith(versions, PENDING);
    if (this.#empty.delete(arn) || pending === undefined) return;
    await this.#dropLabel(arn, PENDING, pending, headers);
  }

  async #describe(input: Json, headers: Headers): Promise<Description> {
    const secret = await this.#moto<Description>("DescribeSecret", input, headers);
    const versions: Record<string, readonly string[]> = {};
    for (const [id, labels] of Object.entries(secret.VersionIdsToStages ?? {})) {
      // A version without a label is deprecated and no longer listed.
      if (labels.length > 0) versions[id] = labels;
    }
    const empty = this.#empty.get(secret.ARN);
    if (empty !== undefined) versions[empty] = [PENDING];
    return { ...secret, ...this.#rotations.get(secret.ARN), VersionIdsToStages: versions };
  }

  async #getValue(input: Json, headers: Headers): Promise<Json> {
    const { VersionId: id, VersionStage: label } = input;
    const { ARN: arn } = await this.#moto<Description>(
      "DescribeSecret",
      { SecretId: input.SecretId },
      headers,
    );
    const empty = this.#empty.get(arn);
    if (empty !== undefined && (id === empty || (id === undefined && label === PENDING))) {
      const what = id === undefined ? `staging label: ${PENDING}` : `VersionId: ${empty}`;
      const message = `Secrets Manager can't find the specified secret value for ${what}`;
      throw new AwsError("ResourceNotFoundException", message);
    }
    return await this.#moto(
      "GetSecretValue",
      id || label ? input : { ...input, VersionStage: CURRENT },
      headers,
    );
  }

  async #putValue(input: Json, headers: Headers): Promise<Json> {
    const { ARN: arn, VersionIdsToStages: versions = {} } = await this.#describe(input, headers);
    const token = String(input.ClientRequestToken ?? crypto.randomUUID());
    if (!this.#created.has(token)) this.#created.set(token, Math.floor(this.now() / 1000));
    const labels = (input.VersionStages as string[] | undefined) ?? [CURRENT];
    const kept = await this.#moto("GetSecretValue", { SecretId: arn, VersionId: token }, headers).catch(
      ifMissing,
    );
    if (kept !== undefined) {
      if (kept.SecretString === input.SecretString && kept.SecretBinary === input.SecretBinary) {
        return { ARN: arn, Name: kept.Name, VersionId: token, VersionStages: kept.VersionStages };
      }
      const message =
        `You can't use ClientRequestToken ${token} because that value is already in use for a version of ` +
        `secret ${arn}.`;
      throw new AwsError("ResourceExistsException", message);
    }
    const current = versionWith(versions, CURRENT);
    // A new current value ends a rotation that has not finished, as does a value for another pending version.
    if (labels.includes(CURRENT) || labels.includes(PENDING)) this.#empty.delete(arn);
    if (labels.includes(CURRENT)) this.#countRotation(arn);
    const put = { ...input, ClientRequestToken: token };
    if (current === undefined || !labels.includes(CURRENT)) {
      return await this.#moto("PutSecretValue", { ...put, VersionStages: labels }, headers);
    }
    // moto forgets which version is current once the label was moved, so the new version comes first, the label after.
    const others = labels.filter((label) => label !== CURRENT);
    const result = await this.#moto(
      "PutSecretValue",
      { ...put, VersionStages: [PENDING, ...others] },
      headers,
    );
    const move = {
      SecretId: arn,
      VersionStage: CURRENT,
      RemoveFromVersionId: current,
      MoveToVersionId: token,
    };
    await this.#moto("UpdateSecretVersionStage", move, headers);
    if (!labels.includes(PENDING)) await this.#dropLabel(arn, PENDING, String(token), headers);
    return { ...result, VersionStages: labels };
  }

  async #moveLabel(input: Json, headers: Headers): Promise<Json> {
    const { ARN: arn, Name, VersionIdsToStages: versions = {} } = await this.#describe(input, headers);
    const { VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to } = input;
    const holder = versionWith(versions, String(label));
    if (holder !== undefined && holder !== to && holder !== from) {
      const message =
        `The parameter RemoveFromVersionId can't be empty or name another version. Staging label ${label} ` +
        `is currently attached to version ${holder}, so you must explicitly reference that version in ` +
        "RemoveFromVersionId.";
      throw new AwsError("InvalidParameterException", message);
    }
    const empty = this.#empty.get(arn);
    if (empty !== undefined && to === empty) {
      throw new AwsError("InvalidRequestException", `The version ${empty} has no value.`);
    }
    if (empty !== undefined && from === empty) {
      this.#empty.delete(arn);
      return { ARN: arn, Name };
    }
    // Moving a label to where it is already changes nothing; moto would attach it twice.
    if (holder !== undefined && holder === to) return { ARN: arn, Name };
    if (label === CURRENT) this.#countRotation(arn);
    return await this.#moto("UpdateSecretVersionStage", input, headers);
  }

  async #configureRotation(input: Json, headers: Headers): Promise<Json> {
    const { ARN: arn, Name, VersionIdsToStages: versions = {} } = await this.#describe(input, headers);
    refuseUnfinished(versions);
    const known = this.#rotations.get(arn);
    const lambda = (input.RotationLambdaARN as string | undefined) ?? known?.RotationLambdaARN;
    if (lambda === undefined) {
      throw new AwsError(
        "InvalidRequestException",
        "No Lambda rotation function ARN is associated with this secret.",
      );
    }
    const rules = (input.RotationRules as Json | undefined) ?? known?.RotationRules ?? {};
    this.#rotations.set(arn, {
      ...known,
      RotationLambdaARN: lambda,
      RotationRules: rules,
      RotationEnabled: true,
      NextRotationDate: nextRotation(rules, this.now()),
    });
    if (!this.rotator || input.RotateImmediately === false) return { ARN: arn, Name };
    const token = String(input.ClientRequestToken ?? crypto.randomUUID());
    await this.beginRotation(arn, token, headers);
    this.rotator(arn, token);
    return { ARN: arn, Name, VersionId: token };
  }

  /** A value that somebody puts counts, too (AWS Secrets Manager User Guide, "Rotation schedules"). */
  #countRotation(arn: string): void {
    const rotation = this.#rotations.get(arn);
    if (rotation === undefined) return;
    const now = this.now();
    const NextRotationDate = nextRotation(rotation.RotationRules, now);
    this.#rotations.set(arn, { ...rotation, LastRotatedDate: Math.floor(now / 1000), NextRotationDate });
  }

  async #listVersions(input: Json, headers: Headers): Promise<Json> {
    type Version = { readonly VersionId: string; readonly CreatedDate: number };
    const { Versions, ...answer } = await this.#moto<{ Versions: readonly Version[]; ARN: string }>(
      "ListSecretVersionIds",
      input,
      headers,
    );
    const { ARN: arn } = await this.#describe(input, headers);
    const empty = this.#empty.get(arn);
    return {
      ...answer,
      Versions: [
        ...Versions.map((version) => ({
          ...version,
          CreatedDate: this.#created.get(version.VersionId) ?? version.CreatedDate,
        })),
        ...(empty === undefined
          ? []
          : [{ VersionId: empty, VersionStages: [PENDING], CreatedDate: this.#created.get(empty) }]),
      ],
    };
  }

  async #cancelRotation(input: Json, headers: Headers): Promise<Json> {
    const { ARN: arn, Name } = await this.#describe(input, headers);
    const rotation = this.#rotations.get(arn);
    if (rotation) this.#rotations.set(arn, { ...rotation, RotationEnabled: false });
    return { ARN: arn, Name };
  }

  async #dropLabel(arn: string, label: string, from: string, headers: Headers): Promise<void> {
    const input = { SecretId: arn, VersionStage: label, RemoveFromVersionId: from };
    await this.#moto("UpdateSecretVersionStage", input, headers);
  }

  async #moto<T = Json>(operation: string, input: object, headers: Headers): Promise<T> {
    return await callJson<T>(this.#endpoint, headers, operation, input);
  }
}

function refuseUnfinished(versions: Readonly<Record<string, readonly string[]>>): void {
  const pending = versionWith(versions, PENDING);
  if (pending === undefined || pending === versionWith(versions, CURRENT)) return;
  throw new AwsError(
    "InvalidRequestException",
    "A previous rotation isn't complete. That rotation will be reattempted.",
  );
}
