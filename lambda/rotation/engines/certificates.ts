import type { Socket } from "node:net";
import { type DetailedPeerCertificate, TLSSocket } from "node:tls";

/** When the certificates end that a server was verified by. */
export interface CertificateEnds {
  readonly server: Date;
  /** Of the authority that the client trusts. */
  readonly authority: Date;
}

/** Undefined without TLS, and once the connection is closed. */
export function certificateEnds(socket: Socket): CertificateEnds | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const server = socket.getPeerCertificate(true);
  if (!server?.valid_to) return undefined;
  let authority: DetailedPeerCertificate = server;
  // A root is its own issuer.
  while (authority.issuerCertificate && authority.issuerCertificate !== authority)
    authority = authority.issuerCertificate;
  return { server: new Date(server.valid_to), authority: new Date(authority.valid_to) };
}
