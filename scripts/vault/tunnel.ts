import { connect } from "node:net";
import { freePort } from "../support/free-port";
import { endProcess, startProcess } from "../support/processes";
import { until } from "./waiting";

export interface TunnelOptions {
  readonly region: string;
  /** Instance whose agent of Systems Manager is the far end. */
  readonly instanceId: string;
  /** Document of Session Manager that says where that end connects to. */
  readonly document: string;
}

export interface Tunnel {
  /** On 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
}

/** This machine can open no sessions at all. */
export class NoSessions extends Error {
  override readonly name = "NoSessions";
}

const OPEN_TIMEOUT_MS = 60_000;
/** AWS CLI, `customizations/sessionmanager.py`. */
const NO_PLUGIN = "SessionManagerPlugin is not found";
const HINT =
  "check that AWS CLI 2 and its Session Manager plugin are installed, that you may call ssm:StartSession with this " +
  "document, and that the instance runs";

/**
 * A port here that leads to one in the VPC, by a session of Systems Manager. Source: AWS Systems Manager User Guide,
 * "Start a session with a document by specifying the session documents in IAM policies".
 */
export async function openTunnel({ region, instanceId, document }: TunnelOptions): Promise<Tunnel> {
  const local = await freePort();
  const parameters = JSON.stringify({ localPortNumber: [String(local)] });
  const words = ["ssm", "start-session", "--region", region, "--target", instanceId];
  const session = startProcess("aws", [...words, "--document-name", document, "--parameters", parameters], {
    env: process.env,
    stdio: ["ignore", "pipe", "pipe"],
    // An interrupted Terraform ends what it does at the other end of it.
    outlastsInterruption: true,
  });
  let output = "";
  session.stdout?.on("data", (text) => (output += text));
  session.stderr?.on("data", (text) => (output += text));
  const ended = new Promise<never>((_, reject) => {
    session.once("error", reject);
    session.once("close", (code) => reject(new Error(`it ended with exit code ${code}: ${output.trim()}`)));
  });
  try {
    await Promise.race([ended, until("the tunnel is open", () => answers(local), OPEN_TIMEOUT_MS)]);
    ended.catch(() => {});
    return { port: local, close: async () => await endProcess(session) };
  } catch (error) {
    await endProcess(session);
    const { message } = error as Error;
    const lacks = (error as NodeJS.ErrnoException).code === "ENOENT" || message.includes(NO_PLUGIN);
    throw new (lacks ? NoSessions : Error)(
      `no tunnel to ${instanceId} with ${document}: ${message}; ${HINT}`,
    );
  }
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
    socket.once("connect", () => socket.destroy());
  });
}
