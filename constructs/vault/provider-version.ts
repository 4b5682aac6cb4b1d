/**
 * Version of hashicorp/vault. The bindings pin 5.6.0, which has no write-only argument for Vault's secret access key;
 * 5.7.0 has, and brought a fault in `auth_login_aws` that this one mends (CHANGELOG of terraform-provider-vault).
 */
export const VAULT_PROVIDER_VERSION = "5.9.0";
