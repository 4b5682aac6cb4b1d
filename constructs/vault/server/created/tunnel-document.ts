import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document";
import { Construct } from "constructs";
import { VAULT_PORT } from "../node/vault-node";

export interface TunnelDocumentProps {
  readonly name: string;
  /** Of the node, in the VPC. */
  readonly address: string;
}

/**
 * A document of Session Manager for tunnels to a node's API and to nowhere else. AWS's own takes any host from whoever
 * opens the session. Source: AWS Systems Manager User Guide, "Session document schema".
 */
export class TunnelDocument extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { name, address }: TunnelDocumentProps) {
    super(scope, id);
    const content = {
      schemaVersion: "1.0",
      description: "Tunnel to the API of a Vault node",
      sessionType: "Port",
      parameters: {
        localPortNumber: {
          type: "String",
          description: "Port on the machine that opens the tunnel",
          allowedPattern: "^[0-9]{1,5}$",
        },
      },
      properties: {
        type: "LocalPortForwarding",
        host: address,
        portNumber: String(VAULT_PORT),
        localPortNumber: "{{ localPortNumber }}",
      },
    };
    const document = new SsmDocument(this, "Resource", {
      name,
      documentType: "Session",
      documentFormat: "JSON",
      content: JSON.stringify(content),
      tags: { Name: name },
    });
    this.name = document.name;
  }
}
