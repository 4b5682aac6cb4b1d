import { decrypt, generateKey, type PrivateKey, readMessage } from "openpgp";

/** Somebody whose PGP key a recovery share is encrypted to. */
export class ShareOwner {
  private constructor(
    private readonly key: PrivateKey,
    /** As `--pgp-key` has it: the public key, base64, in lines. */
    readonly publicKey: string,
  ) {}

  static async of(name: string): Promise<ShareOwner> {
    // RSA, as every OpenPGP that a server has been built with takes it.
    const { privateKey, publicKey } = await generateKey({
      type: "rsa",
      rsaBits: 2048,
      userIDs: [{ name }],
      format: "object",
    });
    const base64 = Buffer.from(publicKey.write()).toString("base64");
    return new ShareOwner(privateKey, base64.replace(/.{76}/g, "$&\n"));
  }

  /** The share, in hexadecimal; an error where it was encrypted to somebody else. */
  async decrypt(share: string): Promise<string> {
    const message = await readMessage({ binaryMessage: Buffer.from(share, "base64") });
    const { data } = await decrypt({ message, decryptionKeys: this.key });
    return data;
  }
}
